"""The admin's page of one citation: the quotation that supports a sentence."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache

from immunosite.core.audit import actor
from immunosite.core.markdown import BodyRefused
from immunosite.core.pageadmin import PublishableAdmin
from references import evidencing
from references.evidencing import EvidenceConflict
from references.models import Evidence
from references.supporting import may_see, seen_as

from .claimforms import QuotationForm
from .sourcing import Row, Sourced, Support, sourced


class EvidenceViews(PublishableAdmin):
    """Adds the page; mixed into the admins of pages."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(never_cache(self.evidence_view))
        route = "<int:pk>/claims/<str:claim>/<int:reference>/"
        return [path(route, view, name=self._name("evidence")), *super().get_urls()]

    def evidence_view(
        self, request: HttpRequest, pk: int, claim: str, reference: int
    ) -> HttpResponse:
        """Write, verify or delete the quotation. ``?place=`` is the place in the source,
        as the citation names it."""
        page = self.sourced_page(request, pk)
        wanted = (claim, reference, request.GET.get("place", ""))
        found, row, support = self.citation_at(page, wanted)
        form = QuotationForm(request.POST or None, initial=_initial(support.evidence))
        conflict = None
        if request.method == "POST" and form.is_valid():
            try:
                done = self._do(request, support, form.cleaned_data)
            except (ValidationError, EvidenceConflict) as refused:
                if "quotation" not in request.POST:
                    # Nothing was typed, so how it stands now is what helps.
                    messages.error(request, _told(refused))
                    return HttpResponseRedirect(request.get_full_path())
                form, conflict = _again(form, refused)
            else:
                messages.success(request, done)
                return HttpResponseRedirect(self._after(request, found, row, support))
        context = {
            **self._context(request, page, "Quotation from a source"),
            **self._evidence(
                request, conflict.evidence if conflict else support.evidence
            ),
            "row": row,
            "support": support,
            "conflict": conflict,
            "form": form,
            "list_path": self.claims_path(page, row),
        }
        return TemplateResponse(request, "admin/glossary/evidence.html", context)

    def _evidence(
        self, request: HttpRequest, evidence: Evidence | None
    ) -> dict[str, Any]:
        return {
            "evidence": evidence,
            "seen": seen_as(evidence),
            "is_own": evidence is not None and evidence.updated_by == request.user,
            **self.rights_of(request),
        }

    def _do(self, request: HttpRequest, support: Support, given: dict[str, Any]) -> str:
        """Do what a button of the page asks for; return what to tell."""
        by, seen = actor(request), given["seen"]
        place: Any = support.place
        key = support.evidence.pk if support.evidence else 0
        with transaction.atomic():
            if "verify" in request.POST:
                if "has_read" not in request.POST:
                    raise ValidationError("Read the source first, and say so.")
                evidencing.verify_evidence(place.page, key, seen=seen, by=by)
                return "The quotation is verified."
            if "withdraw" in request.POST:
                evidencing.withdraw_verification(place.page, key, seen=seen, by=by)
                return "The quotation is not verified any more."
            if "delete" in request.POST:
                evidencing.delete_evidence(place.page, key, seen=seen, by=by)
                return DELETED
            text = given["quotation"]
            evidencing.save_evidence(place, quotation=text, seen=seen, by=by)
            return "The quotation is saved."

    def _after(
        self, request: HttpRequest, found: Sourced, row: Row, support: Support
    ) -> str:
        """The list, or the next citation without a quotation where that is asked for."""
        support.evidence = support.place.evidence() if support.place else None
        if "next" in request.POST and (following := found.next_open(row)):
            return self.evidence_path(following.place)
        page = support.place.page if support.place else None
        return self.claims_path(page, row)

    def _context(self, request: HttpRequest, page: Any, title: str) -> dict[str, Any]:
        path = path_of_claims(page, actor(request))
        return {**super()._context(request, page, title), "claims_path": path}

    # For the list, too

    def evidence_path(self, place: Any) -> str:
        """The address of a citation's own page."""
        args = [place.page.pk, place.claim_key, place.reference.pk]
        root = reverse(f"admin:{self._name('evidence')}", args=args)
        return (
            f"{root}?{urlencode({'place': place.locator})}" if place.locator else root
        )

    def claims_path(self, page: Any, row: Row | None = None) -> str:
        """The address of the list, at a row."""
        root = reverse(f"admin:{self._name('claims')}", args=[page.pk])
        return f"{root}#claim-{row.number}" if row else root

    def sourced_page(self, request: HttpRequest, pk: int) -> Any:
        """The page. Raises Http404, and PermissionDenied to who may not see evidence."""
        page = self._page(request, pk)
        if not may_see(page, actor(request)):
            raise PermissionDenied
        return page

    def rights_of(self, request: HttpRequest) -> dict[str, bool]:
        user: Any = request.user
        return {
            "may_write": user.has_perm("references.change_evidence"),
            "may_verify": user.has_perm("references.verify_evidence"),
        }

    def citation_at(
        self, page: Any, address: tuple[str, int, str]
    ) -> tuple[Sourced, Row, Support]:
        """The citation at an address in the newest text, or in the live one. Raises
        Http404 when neither has it."""
        for revision in filter(None, (page.newest(), page.live_revision())):
            try:
                found = sourced(page, revision.body)
            except BodyRefused:
                continue
            if at := found.find(address):
                return found, *at
        raise Http404("No sentence of the page cites this source there.")


DELETED = "The quotation is deleted. The audit log keeps its words."


def path_of_claims(page: Any, by: Any) -> str:
    """The address of a page's claims, for who may see them; else nothing."""
    if page is None or page.pk is None or not may_see(page, by):
        return ""
    label = page._meta.label_lower.replace(".", "_")
    return reverse(f"admin:{label}_claims", args=[page.pk])


def _told(refused: ValidationError | EvidenceConflict) -> str:
    if isinstance(refused, ValidationError):
        return " ".join(refused.messages)
    return f"{refused} Nothing was changed. This is how it stands now."


def _initial(evidence: Evidence | None) -> dict[str, str]:
    words = evidence.quotation if evidence else ""
    return {"quotation": words, "seen": seen_as(evidence)}


def _again(
    form: QuotationForm, refused: ValidationError | EvidenceConflict
) -> tuple[QuotationForm, EvidenceConflict | None]:
    """The form with what was typed and what was said. After a conflict it can be sent
    once more, upon what is there now."""
    if isinstance(refused, ValidationError):
        form.add_error(None, refused)
        return form, None
    typed = {**form.cleaned_data, "seen": seen_as(refused.evidence)}
    return QuotationForm(typed), refused
