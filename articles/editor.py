"""What the Markdown editor asks the server: a preview, and to keep a picture.

django-markdownx's own two views check no permission, so they are not routed. Its
script shows whatever it is answered: errors are therefore one short plain line.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

import glossary.checking
from glossary.evidenceviews import path_of_claims
from glossary.models import Term
from immunosite.core.audit import actor
from immunosite.core.fields import trusted
from immunosite.core.markdown import BodyRefused
from immunosite.core.pageviews import number_from
from immunosite.core.pictures import PictureForm, store_picture
from references.citing import flag

from . import checking
from .models import Article

_RIGHTS = (
    "articles.add_article",
    "articles.change_article",
    "glossary.add_term",
    "glossary.change_term",
)
View = Callable[[HttpRequest], HttpResponse]


Refuse = Callable[[str, int], HttpResponse]
_LOG_IN = "Your login has ended, or you may not edit. Log in again in another tab."


def _line(message: str, status: int) -> HttpResponse:
    return HttpResponse(message, status=status, content_type="text/plain")


def _error(message: str, status: int) -> HttpResponse:
    return JsonResponse({"error": message}, status=status)


def may_write(user: Any) -> bool:
    """Whether somebody may write any kind of page."""
    return bool(user.is_staff and any(map(user.has_perm, _RIGHTS)))


def _for_editors(refuse: Refuse) -> Callable[[View], View]:
    """Only POST, only staff who may change a page; never kept; never a redirect."""

    def decorate(view: View) -> View:
        @never_cache
        @require_POST
        @wraps(view)
        def checked(request: HttpRequest) -> HttpResponse:
            if not may_write(request.user):
                return refuse(_LOG_IN, 403)
            return view(request)

        return checked

    return decorate


@_for_editors(_line)
def preview(request: HttpRequest) -> HttpResponse:
    """The HTML that publishing the posted ``content`` would store, and its problems.

    ``?term=slug`` says that it is the definition of that term, which is empty when it
    has no slug yet; ``page`` is the key of the page, if it has one. The other fields of
    the form come along, so that the checklist knows them. A definition, as in
    publishing, can only link live articles.
    """
    content = request.POST.get("content")
    if content is None:
        return _line("There is no text to preview.", 400)
    body = content.replace("\r\n", "\n")
    term = request.GET.get("term")
    try:
        if term is None:
            page = _page(request, Article)
            rendered, checklist = checking.previewed(
                body, typed=request.POST, article=page
            )
        else:
            page = _page(request, Term)
            rendered, checklist = glossary.checking.previewed(
                body, typed=request.POST, own_term=term, term=page
            )
    except BodyRefused as refused:
        return _line(str(refused), 400)
    standings = {use.number: use.standing for use in rendered.citations}
    context = {
        "html": trusted(flag(rendered.html, standings)),
        "professional": trusted(flag(rendered.professional_html, standings)),
        "checklist": checklist,
        "leads": True,
        "claims_path": path_of_claims(page, actor(request)),
    }
    return HttpResponse(render_to_string("admin/core/_preview.html", context))


def _page(request: HttpRequest, model: type[Article] | type[Term]) -> Any:
    """The page that is edited; None for a new one, and to who may not change it."""
    number = number_from(request.GET.get("page", ""))
    may = request.user.has_perm(
        f"{model._meta.app_label}.change_{model._meta.model_name}"
    )
    return model._default_manager.filter(pk=number).first() if may else None


@_for_editors(_error)
def upload(request: HttpRequest) -> HttpResponse:
    """Keep a picture and answer the Markdown that shows it."""
    form = PictureForm(request.POST, request.FILES)
    try:
        if not form.is_valid():
            raise ValidationError(form.errors["image"].data)
        address = store_picture(form.cleaned_data["image"])
    except ValidationError as error:
        return _error(" ".join(error.messages), 400)
    return JsonResponse({"image_code": f"![Describe this image]({address})"})
