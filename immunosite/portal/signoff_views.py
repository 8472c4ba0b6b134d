"""The pages of a link for an expert outside.

There is no token against cross-site requests and so no cookie: what may be done here hangs
on the secret in the address alone, which no other site knows. (Django's check would also
refuse these forms: with ``Referrer-Policy: no-referrer`` browsers send ``Origin: null``.)
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from immunosite.core import readings, signoff
from immunosite.core.markdown import BodyRefused
from immunosite.core.publishing import PublishingRefused
from immunosite.core.signoff import LinkClosed, TextMoved
from immunosite.core.throttling import TooMany, address_of

from . import signing

# Why nothing can be read → the status of the answer.
_STATUS = {"closed": 410, "moved": 409, "busy": 429, "account": 403, "thanks": 200}


def _confidential(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Kept nowhere, indexed nowhere, and the address told to nobody."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return answered


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@_confidential
def sign_off(request: HttpRequest, token: str) -> HttpResponse:
    """One revision, to read, to comment on, to approve or to send back."""
    try:
        signing.take_a_turn(address_of(request))
        if request.method != "POST":
            return _page(request, token, signing.SigningForm())
        if "verdict" in request.POST or "name" in request.POST:
            return _decide(request, token)
        return _comment(request, token)
    except TooMany:
        return _message(request, "busy")
    except LinkClosed:
        return _message(request, "closed")
    except (TextMoved, PublishingRefused, BodyRefused):
        return _message(request, "moved")
    except PermissionDenied:
        return _message(request, "account")


@require_safe
@_confidential
def thanks(request: HttpRequest) -> HttpResponse:
    return _message(request, "thanks")


def _comment(request: HttpRequest, token: str) -> HttpResponse:
    given = readings.typed(request.POST)
    try:
        said = signoff.say(token, account=request.user, **given)
    except ValidationError as error:
        more = {"errors": error.messages, "typed": given}
        return _page(request, token, signing.SigningForm(), **more)
    return HttpResponseRedirect(f"{request.path}#comment.{said.pk}", status=303)


def _decide(request: HttpRequest, token: str) -> HttpResponse:
    form = signing.SigningForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            signoff.decide(
                token,
                account=request.user,
                verdict=given["verdict"],
                signer=form.signer(),
                note=given["note"],
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return HttpResponseRedirect(reverse("sign_off_thanks"), status=303)
    return _page(request, token, form)


def _page(
    request: HttpRequest, token: str, form: signing.SigningForm, **more: Any
) -> HttpResponse:
    link, revision = signoff.open_link(token)
    draft = signing.draft_for(link, revision)
    if not form.is_bound:
        form.initial = {"name": link.invited_name}
    context = {
        "link": link,
        "revision": revision,
        "reading": draft.reading,
        "words": draft.words,
        "references": draft.references,
        "form": form,
        "has_account": request.user.is_authenticated,
        "canonical": "",
        **more,
    }
    return render(request, "portal/sign_off.html", context)


def _message(request: HttpRequest, why: str) -> HttpResponse:
    context = {"why": why, "canonical": ""}
    status = _STATUS[why]
    return render(request, "portal/sign_off_message.html", context, status=status)
