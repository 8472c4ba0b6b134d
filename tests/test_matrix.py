"""Who reaches what: every address × every role × GET and POST, against one table.

The addresses are read from the resolver, the admin's among them, so a new one that the
table does not declare fails the test. Every address is that of a thing which is there,
every POST is one that would be done, were it not for the role. What the table does not
call done must leave the database as it was.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from PIL import Image

from glossary.sourcing import sourced
from glossary.wording import Form
from immunosite.core import inviting, workflow
from immunosite.core.audit import AuditEntry
from immunosite.core.feedback import Feedback, give_feedback
from immunosite.core.invitations import SignOffLink
from immunosite.core.merging import merge_tags
from immunosite.core.outsidelinks import LinkState, OutsideLink
from immunosite.core.paragraphs import field_paragraph
from immunosite.core.pictures import store_picture
from immunosite.core.reviews import ReviewerProfile
from immunosite.core.tagreport import keep_apart
from immunosite.core.tidying import TagsApart
from immunosite.portal.linkcollecting import collect
from references.duplicates import mark_distinct
from references.evidencing import save_evidence
from references.lookup import Found
from references.lookupforms import ConfirmForm
from references.merging import state_of
from references.models import Reference
from references.noticing import add_notice
from tests.factories import (
    colleague,
    draft_article,
    draft_term,
    make_article,
    make_reference,
    make_tag,
    make_term,
    make_user,
    publisher,
)
from tests.uploads import KINDS

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ROLES = ("Author", "Medical reviewer", "Editor", "Administrator")
WHO = ("anonymous", "staff", *ROLES)


def _png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(out, "PNG")
    return out.getvalue()


PICTURE = _png()

# One letter for each of WHO, first for GET, then for POST.
#   A  answered: a page, or another address; nothing is changed
#   D  done: something in the database is another
#   L  sent to the login          I  sent to the start page of the admin
#   F  forbidden (403)            N  not there (404)
#   M  the method is not allowed (405)   B  can't be read (400)
TABLE = r"""
""                                                             AAAAAA MMMMMM
topics/                                                        AAAAAA MMMMMM
topics/<str:slug>/                                             AAAAAA MMMMMM
search/                                                        AAAAAA MMMMMM
feedback/                                                      MMMMMM DDDDDD
feedback/thanks/                                               AAAAAA MMMMMM
sign-off/thanks/                                               AAAAAA MMMMMM
sign-off/<str:token>/                                          DDDDDD DFFFFF
styleguide/                                                    LAAAAA LMMMMM
feed.atom                                                      AAAAAA AAAAAA
sitemap.xml                                                    AAAAAA AAAAAA
robots.txt                                                     AAAAAA MMMMMM
healthz                                                        AAAAAA MMMMMM
articles/                                                      AAAAAA MMMMMM
articles/<str:slug>/                                           AAAAAA MMMMMM
articles/<str:slug>/history/                                   AAAAAA MMMMMM
articles/<str:slug>/handout/                                   AAAAAA MMMMMM
articles/<str:slug>/cite.<str:extension>                       AAAAAA MMMMMM
articles/<str:slug>/references.<str:extension>                 AAAAAA MMMMMM
pages/<str:slug>/                                              AAAAAA MMMMMM
pages/<str:slug>/history/                                      AAAAAA MMMMMM
handout/                                                       AAAAAA MMMMMM
glossary/                                                      AAAAAA MMMMMM
glossary/suggest                                               AAAAAA MMMMMM
glossary/booklet                                               AAAAAA MMMMMM
glossary/glossary.<str:extension>                              AAAAAA MMMMMM
glossary/letter/<letter:name>/                                 AAAAAA MMMMMM
glossary/meanings/<str:words>                                  AAAAAA MMMMMM
glossary/<str:slug>/                                           AAAAAA MMMMMM
glossary/<str:slug>/history/                                   AAAAAA MMMMMM
references/                                                    AAAAAA MMMMMM
references/<path:key>/                                         AAAAAA MMMMMM
references/download.<str:extension>                            AAAAAA MMMMMM
references/<path:key>/cite.<str:extension>                     AAAAAA MMMMMM
media/<str:name>                                               AAAAAA MMMMMM
admin/markdown/preview/                                        MMMMMM FFAFAA
admin/markdown/upload/                                         MMMMMM FFAFAA
admin/pick/                                                    FFAFAA MMMMMM
admin/                                                         LAAAAA LAAAAA
admin/login/                                                   AIIIII AAAAAA
admin/logout/                                                  IMMMMM IAAAAA
admin/password_change/                                         LAAAAA LDDDDD
admin/password_change/done/                                    LAAAAA LMMMMM
admin/autocomplete/                                            LFAAAA LMMMMM
admin/jsi18n/                                                  LAAAAA LMMMMM
admin/r/<path:content_type_id>/<path:object_id>/               LAAAAA LAAAAA
admin/desk/drafts/                                             LFAAAA LMMMMM
admin/desk/waiting/                                            LFAAAA LMMMMM
admin/desk/reviews/                                            LFAAAA LMMMMM
admin/desk/scheduled/                                          LFAAAA LMMMMM
admin/desk/sources/                                            LFAAAA LMMMMM
admin/desk/problems/                                           LFAAAA LMMMMM
admin/desk/links/                                              LFAFAA LMMMMM
admin/desk/unapproved/                                         LFAAAA LMMMMM
admin/desk/changes/                                            LFFFAA LMMMMM
admin/calendar/                                                LFAAAA LMMMMM
admin/claims/                                                  LFAAAA LMMMMM
admin/articles/article/<int:pk>/presence/                      LMMMMM LFDFDD
admin/glossary/term/<int:pk>/presence/                         LMMMMM LFDFDD
admin/core/auditentry/export/                                  LFFFAA LFFFAA
admin/core/outsidelink/export/                                 LFAFAA LFAFAA
admin/core/outsidelink/<int:pk>/mend/                          LFMFMM LFDFDD
admin/core/outsidelink/                                        LFAFAA LFAFAA
admin/core/outsidelink/add/                                    LFFFFF LFFFFF
admin/core/outsidelink/<path:object_id>/history/               LFAFAA LFAFAA
admin/core/outsidelink/<path:object_id>/delete/                LFFFFF LFFFFF
admin/core/outsidelink/<path:object_id>/change/                LFAFAA LFFFDD
admin/core/outsidelink/<path:object_id>/                       LAAAAA LAAAAA
admin/references/noticetask/                                   LFAAAA LFAAAA
admin/references/noticetask/add/                               LFFFFF LFFFFF
admin/references/noticetask/<path:object_id>/history/          LIAAAA LIAAAA
admin/references/noticetask/<path:object_id>/delete/           LFFFFF LFFFFF
admin/references/noticetask/<path:object_id>/change/           LFAAAA LFFDDD
admin/references/noticetask/<path:object_id>/                  LAAAAA LAAAAA
admin/core/feedback/                                           LFAAAA LFAAAA
admin/core/feedback/add/                                       LFFFFF LFFFFF
admin/core/feedback/<path:object_id>/history/                  LFAAAA LFAAAA
admin/core/feedback/<path:object_id>/delete/                   LFFFFF LFFFFF
admin/core/feedback/<path:object_id>/change/                   LFAAAA LFFFFF
admin/core/feedback/<path:object_id>/                          LAAAAA LAAAAA
admin/articles/article/<int:pk>/claims/                        LFAAAA LFDDDD
admin/articles/article/<int:pk>/claims/<str:claim>/<int:reference>/ LFAAAA LFDDDD
admin/articles/article/<int:pk>/read/<int:number>/             LFAAAA LFDDDD
admin/articles/article/<int:pk>/invite/<int:number>/           LFFAAA LFFDDD
admin/articles/article/<int:pk>/revoke/<int:link>/             LFMMMM LFFDDD
admin/articles/article/<int:pk>/submit/<int:number>/           LFMMMM LFDFDD
admin/articles/article/<int:pk>/review/<int:number>/           LFFAAA LFFDDD
admin/articles/article/<int:pk>/publish/<int:number>/          LFFFAA LFFFDD
admin/articles/article/<int:pk>/withdraw/                      LFFFAA LFFFDD
admin/articles/article/<int:pk>/care/                          LFFFAA LFFFDD
admin/articles/article/<int:pk>/never/                         LMMMMM LFDFDD
admin/articles/article/<int:pk>/compare/                       LFAAAA LFAAAA
admin/articles/article/<int:pk>/preview/<int:number>/          LFAAAA LFMMMM
admin/articles/article/<int:pk>/restore/<int:number>/          LFMMMM LFDFDD
admin/articles/article/                                        LFAAAA LFAAAA
admin/articles/article/add/                                    LFAFAA LFDFDD
admin/articles/article/<path:object_id>/history/               LFAAAA LFAAAA
admin/articles/article/<path:object_id>/delete/                LFFFAA LFFFDD
admin/articles/article/<path:object_id>/change/                LFAAAA LFDFDD
admin/articles/article/<path:object_id>/                       LAAAAA LAAAAA
admin/glossary/term/<int:pk>/merge/                            LFFFAA LFFFDD
admin/glossary/term/<int:pk>/claims/                           LFAAAA LFDDDD
admin/glossary/term/<int:pk>/claims/<str:claim>/<int:reference>/ LFAAAA LFDDDD
admin/glossary/term/<int:pk>/read/<int:number>/                LFAAAA LFDDDD
admin/glossary/term/<int:pk>/invite/<int:number>/              LFFAAA LFFDDD
admin/glossary/term/<int:pk>/revoke/<int:link>/                LFMMMM LFFDDD
admin/glossary/term/<int:pk>/submit/<int:number>/              LFMMMM LFDFDD
admin/glossary/term/<int:pk>/review/<int:number>/              LFFAAA LFFDDD
admin/glossary/term/<int:pk>/publish/<int:number>/             LFFFAA LFFFDD
admin/glossary/term/<int:pk>/withdraw/                         LFFFAA LFFFDD
admin/glossary/term/<int:pk>/care/                             LFFFAA LFFFDD
admin/glossary/term/<int:pk>/never/                            LMMMMM LFDFDD
admin/glossary/term/export/<str:format>/                       LFAAAA LMMMMM
admin/glossary/term/<int:pk>/impact/                           LFAAAA LFDFDD
admin/glossary/term/<int:pk>/compare/                          LFAAAA LFAAAA
admin/glossary/term/<int:pk>/preview/<int:number>/             LFAAAA LFMMMM
admin/glossary/term/<int:pk>/restore/<int:number>/             LFMMMM LFDFDD
admin/glossary/term/                                           LFAAAA LFAAAA
admin/glossary/term/add/                                       LFAFAA LFDFDD
admin/glossary/term/<path:object_id>/history/                  LFAAAA LFAAAA
admin/glossary/term/<path:object_id>/delete/                   LFFFAA LFFFDD
admin/glossary/term/<path:object_id>/change/                   LFAAAA LFDFDD
admin/glossary/term/<path:object_id>/                          LAAAAA LAAAAA
admin/glossary/termimport/<int:pk>/step/                       LMMMMM LFFFFF
admin/glossary/termimport/<int:pk>/import/                     LMMMMM LFFFFF
admin/glossary/termimport/<int:pk>/report/                     LFAFAA LMMMMM
admin/glossary/termimport/                                     LFAFAA LFAFAA
admin/glossary/termimport/add/                                 LFAFAA LFDFDD
admin/glossary/termimport/<path:object_id>/history/            LFAFAA LFAFAA
admin/glossary/termimport/<path:object_id>/delete/             LFFFAA LFFFDD
admin/glossary/termimport/<path:object_id>/change/             LFAFAA LFMFMM
admin/glossary/termimport/<path:object_id>/                    LAAAAA LAAAAA
admin/references/reference/<int:pk>/notices/add/               LFFFAA LFFFDD
admin/references/reference/<int:pk>/notices/<int:notice>/remove/ LMMMMM LFFFFD
admin/references/reference/look-up/                            LFAFAA LFDFDD
admin/references/reference/duplicates/                         LFAAAA LFDFDD
admin/references/reference/duplicates/<int:pair>/forget/       LMMMMM LFDFDD
admin/references/reference/table/                              LFAAAA LFAAAA
admin/references/reference/<int:pk>/merge/                     LFFFAA LFFFDD
admin/references/reference/                                    LFAAAA LFAAAA
admin/references/reference/add/                                LFAFAA LFDFDD
admin/references/reference/<path:object_id>/history/           LFAAAA LFAAAA
admin/references/reference/<path:object_id>/delete/            LFFFAA LFFFDD
admin/references/reference/<path:object_id>/change/            LFAAAA LFDFDD
admin/references/reference/<path:object_id>/                   LAAAAA LAAAAA
admin/references/importbatch/<int:pk>/step/                    LMMMMM LFFFFF
admin/references/importbatch/<int:pk>/import/                  LMMMMM LFFFFF
admin/references/importbatch/<int:pk>/report/                  LFAFAA LMMMMM
admin/references/importbatch/                                  LFAFAA LFAFAA
admin/references/importbatch/add/                              LFAFAA LFDFDD
admin/references/importbatch/<path:object_id>/history/         LFAFAA LFAFAA
admin/references/importbatch/<path:object_id>/delete/          LFFFAA LFFFDD
admin/references/importbatch/<path:object_id>/change/          LFAFAA LFMFMM
admin/references/importbatch/<path:object_id>/                 LAAAAA LAAAAA
admin/core/tag/<int:pk>/merge/                                 LFFFAA LFFFDD
admin/core/tag/report/                                         LFFFAA LMMMMM
admin/core/tag/report/apart/                                   LMMMMM LFFFDD
admin/core/tag/report/apart/<int:pk>/forget/                   LMMMMM LFFFDD
admin/core/tag/merges/                                         LFFFAA LMMMMM
admin/core/tag/merges/<int:pk>/undo/                           LFFFAA LFFFDD
admin/core/tag/                                                LFAAAA LFAAAA
admin/core/tag/add/                                            LFFFAA LFFFDD
admin/core/tag/<path:object_id>/history/                       LFAAAA LFAAAA
admin/core/tag/<path:object_id>/delete/                        LFFFAA LFFFDD
admin/core/tag/<path:object_id>/change/                        LFAAAA LFFFDD
admin/core/tag/<path:object_id>/                               LAAAAA LAAAAA
admin/core/reviewerprofile/                                    LFFFFA LFFFFA
admin/core/reviewerprofile/add/                                LFFFFA LFFFFD
admin/core/reviewerprofile/<path:object_id>/history/           LIIIIA LIIIIA
admin/core/reviewerprofile/<path:object_id>/delete/            LFFFFA LFFFFD
admin/core/reviewerprofile/<path:object_id>/change/            LFFFFA LFFFFD
admin/core/reviewerprofile/<path:object_id>/                   LAAAAA LAAAAA
admin/core/auditentry/                                         LFFFAA LFFFAA
admin/core/auditentry/add/                                     LFFFFF LFFFFF
admin/core/auditentry/<path:object_id>/history/                LFFFAA LFFFAA
admin/core/auditentry/<path:object_id>/delete/                 LFFFFF LFFFFF
admin/core/auditentry/<path:object_id>/change/                 LFFFAA LFFFFF
admin/core/auditentry/<path:object_id>/                        LAAAAA LAAAAA
admin/auth/group/                                              LFFFFA LFFFFA
admin/auth/group/add/                                          LFFFFF LFFFFF
admin/auth/group/<path:object_id>/history/                     LFFFFA LFFFFA
admin/auth/group/<path:object_id>/delete/                      LFFFFF LFFFFF
admin/auth/group/<path:object_id>/change/                      LFFFFA LFFFFF
admin/auth/group/<path:object_id>/                             LAAAAA LAAAAA
admin/auth/user/<id>/password/                                 LFFFFA LFFFFD
admin/auth/user/                                               LFFFFA LFFFFA
admin/auth/user/add/                                           LFFFFA LFFFFD
admin/auth/user/<path:object_id>/history/                      LFFFFA LFFFFA
admin/auth/user/<path:object_id>/delete/                       LFFFFF LFFFFF
admin/auth/user/<path:object_id>/change/                       LFFFFA LFFFFD
admin/auth/user/<path:object_id>/                              LAAAAA LAAAAA
admin/^(?P<app_label>core|articles|glossary|references|auth)/$ LNAAAA LNAAAA
admin/(?P<url>.*)$                                             LNNNNN LNNNNN
"""


def declared() -> dict[str, str]:
    """Route → the letters of GET and of POST, for each of WHO."""
    table = {}
    for line in TABLE.strip().splitlines():
        route, got, posted = line.rsplit(maxsplit=2)
        assert len(got) == len(posted) == len(WHO), line
        table[route.strip('"')] = f"{got} {posted}"
    return table


def routes(patterns: Any = None, before: str = "") -> Iterator[str]:
    """Every route of the resolver, as it is written in the urls."""
    for pattern in patterns or get_resolver().url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            assert isinstance(pattern, URLPattern)
            yield route


# The things that the addresses name


@dataclass
class World:
    """What a route's places are filled with, and what is posted there.

    ``things`` by model ("articles.article"): what is changed, and what may be deleted.
    """

    things: dict[str, tuple[int, int]] = field(default_factory=dict)
    args: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    sent: dict[str, dict[str, Any]] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)

    def path(self, route: str) -> str:
        """The address of something that is there."""
        if route.startswith("admin/^"):
            return "/admin/core/"
        if route.startswith("admin/("):
            return "/admin/nowhere/"
        places = iter(self._places(route))
        return "/" + re.sub(r"<[^>]*>", lambda _: str(next(places)), route)

    def _places(self, route: str) -> tuple[Any, ...]:
        if route in self.args:
            return self.args[route]
        _, app, model, *_ = [*route.split("/"), "", ""]
        changed, deleted = self.things.get(f"{app}.{model}", (0, 0))
        return (deleted if "/delete/" in route else changed,)

    def page(self, model: str, steps: dict[str, tuple[Any, ...]]) -> None:
        """The admin's own pages of a kind of page."""
        root = f"admin/{model.replace('.', '/')}/<int:pk>/"
        sent: dict[str, dict[str, Any]] = {
            "submit": {},
            "review": {"verdict": "approved"},
            "publish": {"forced_reason": "Made for a test."},
            "withdraw": {"withdrawn_as": "gone", "reason": "Old."},
            "care": {"review_due_on": "2040-01-01"},
            "read": {"anchor": field_paragraph("title", "Waiting").key, "text": "So?"},
            "invite": {"invited_name": "A. Guest"},
            "restore": {"based_on": "2"},
        }
        ends = {"revoke": "<int:link>/", "withdraw": "", "care": "", "compare": ""}
        for step, places in steps.items():
            route = f"{root}{step}/{ends.get(step, '<int:number>/')}"
            self.args[route] = places
            self.sent[route] = sent.get(step, {})


def _pages(world: World, model: str, draft: Any, make: Any) -> None:
    """One page in each of the states that the steps start from."""
    live = make("Live", "Live words.")
    draft("Live", "Newer words.")
    waiting, fresh = draft("Waiting"), draft("Fresh")
    workflow.submit(waiting, by=publisher())
    _, token = inviting.invite(waiting, by=colleague(), invited_name="A. Guest")
    link = SignOffLink.objects.latest("pk")
    root = f"admin/{model.replace('.', '/')}/<int:pk>/merge/"
    world.args[root] = (make("Mate").page_id,)
    world.sent[root] = {"other": str(make("Twin").page_id), "reason": "The same."}
    root = f"admin/{model.replace('.', '/')}/<int:pk>"
    world.sent[f"{root}/never/"] = {"reject": "words"}
    world.sent[f"{root}/impact/"] = {"shown": f"{model}:{fresh.page_id}:words"}
    step = (waiting.page_id, 1)
    world.things[model] = (fresh.page_id, draft("Spare").page_id)
    world.page(
        model,
        {
            "submit": (fresh.page_id, 1),
            "review": step,
            "publish": (fresh.page_id, 1),
            "preview": step,
            "read": step,
            "invite": step,
            "revoke": (waiting.page_id, link.pk),
            "restore": (live.page_id, 1),
            "withdraw": (live.page_id,),
            "care": (live.page_id,),
            "compare": (live.page_id,),
        },
    )
    world.args["sign-off/<str:token>/"] = (token,)
    world.sent["sign-off/<str:token>/"] = {
        "verdict": "changes requested", "note": "Say more.", "name": "A. Guest",
        "credentials": "MD", "conflicts": "None",
    }  # fmt: skip


def _references(world: World) -> None:
    cited, spare = make_reference("cited"), make_reference("spare")
    make_article("citing", "Words [@cited].")
    notice = add_notice(
        cited, by=publisher(), kind="correction", noticed_on=date(2025, 1, 31),
        source="https://a.example.org/",
    )  # fmt: skip
    task = notice.tasks.get().pk
    world.things["references.noticetask"] = (task, task)
    world.sent["admin/references/noticetask/<path:object_id>/change/"] = {
        "close": "", "decision": "still fine", "reason": "It says so elsewhere.",
    }  # fmt: skip
    root = "admin/references/reference/<int:pk>/"
    world.things["references.reference"] = (cited.pk, spare.pk)
    world.args["references/<path:key>/"] = ("cited",)
    world.args["references/download.<str:extension>"] = ("ris",)
    world.args["glossary/glossary.<str:extension>"] = ("ttl",)
    world.args["admin/glossary/term/export/<str:format>/"] = ("csv",)
    world.args["references/<path:key>/cite.<str:extension>"] = ("cited", "ris")
    for name in ("cite", "references"):
        world.args[f"articles/<str:slug>/{name}.<str:extension>"] = ("citing", "ris")
    world.args[f"{root}notices/add/"] = (cited.pk,)
    world.sent[f"{root}notices/add/"] = {
        "kind": "retraction", "noticed_on": "2025-01-31", "source": "https://b.example.org/",
    }  # fmt: skip
    world.args[f"{root}notices/<int:notice>/remove/"] = (cited.pk, notice.pk)
    world.sent[f"{root}merge/"] = {
        "other": str(spare.pk), "reason": "The same.", "take-title": "ours",
        "seen": state_of(cited, spare),
    }  # fmt: skip
    _told_apart(world, cited)
    found = Found({"type": "book", "title": "Found"}, "doi.org")
    record = ConfirmForm.of(found)["record"].value()
    world.sent["admin/references/reference/look-up/"] = {
        "record": record,
        "key": "found",
    }


def _told_apart(world: World, cited: Reference) -> None:
    apart, twin = make_reference("apart"), make_reference("twin")
    pair = mark_distinct(cited, apart, by=publisher(), reason="Made for a test.")
    root = "admin/references/reference/duplicates/"
    world.args[f"{root}<int:pair>/forget/"] = (pair.pk,)
    world.sent[root] = {
        "first": str(apart.pk), "second": str(twin.pk), "reason": "Two works.",
    }  # fmt: skip


def _imports(world: World) -> None:
    """Files that somebody else has uploaded: nobody but them goes on with these."""
    for kind in KINDS:
        model = kind.steps.batches._meta.model_name
        batch = kind.upload("new", by=publisher())
        world.things[f"{kind.app}.{model}"] = (batch.pk, batch.pk)
        root = f"admin/{kind.app}/{model}/"
        world.sent[f"{root}add/"] = {"file": kind.file("new"), "on_existing": "keep"}
        world.sent[f"{root}<path:object_id>/delete/"] = {"post": "yes"}


def _links(world: World) -> None:
    """A link to a page that has moved for good."""
    make_article("linking", "See [this page](https://old.example.org/page).")
    collect()
    links = OutsideLink.objects.filter(url="https://old.example.org/page")
    new = "https://new.example.org/page"
    links.update(state=LinkState.MOVED, redirected_to=new)
    root = "admin/core/outsidelink/"
    world.things["core.outsidelink"] = (links.get().pk,) * 2
    world.sent[f"{root}<int:pk>/mend/"] = {"to": "redirect", "address": new}
    world.sent[f"{root}<path:object_id>/change/"] = {"ignored_reason": "Why not."}
    world.sent[f"{root}<path:object_id>/delete/"] = {"post": "yes"}


def _claims(world: World, model: str, draft: Any) -> None:
    """A page with a quotation, which is deleted in the list and changed on its page."""
    page = draft("Backed", "It grew [@cited].").page
    place: Any = sourced(page, "It grew [@cited].").rows[0].supports[0].place
    found = save_evidence(place, quotation="Words.", seen="", by=publisher())
    root = f"admin/{model.replace('.', '/')}/<int:pk>/claims/"
    one = f"{root}<str:claim>/<int:reference>/"
    world.args[root] = (page.pk,)
    world.args[one] = (page.pk, place.claim_key, place.reference.pk)
    world.sent[root] = {"evidence": found.pk, "seen": found.seen, "delete": "1"}
    world.sent[one] = {"quotation": "Others.", "seen": found.seen, "save": "1"}


def _tags_and_accounts(world: World) -> None:
    tags = [make_tag("Basics"), make_tag("Spare")]
    make_article("tagged", tags=tags)
    world.things["core.tag"] = (tags[0].pk, tags[1].pk)
    world.sent["admin/core/tag/<int:pk>/merge/"] = {
        "other": str(tags[1].pk), "reason": "The same.",
    }  # fmt: skip
    root = "admin/core/tag/report/apart/"
    keep_apart(*tags, by=publisher())
    world.args[f"{root}<int:pk>/forget/"] = (TagsApart.objects.get().pk,)
    third, fourth = make_tag("Third"), make_tag("Fourth")
    world.sent[root] = {"first": str(third.pk), "second": str(tags[0].pk)}
    merge = merge_tags(third, fourth, by=publisher(), reason="The same.")
    world.args["admin/core/tag/merges/<int:pk>/undo/"] = (merge.pk,)
    world.args["topics/<str:slug>/"] = ("basics",)
    other, spare = make_user("other", role="Author"), make_user("spare", role="Author")
    profile, gone = (
        ReviewerProfile.objects.create(
            user=user, name="Other", credentials="MD", conflicts="None"
        )
        for user in (colleague(), other)
    )
    world.things["core.reviewerprofile"] = (profile.pk, gone.pk)
    world.things["auth.user"] = (other.pk, spare.pk)
    world.args["admin/auth/user/<id>/password/"] = (other.pk,)
    groups = Group.objects.order_by("pk")
    world.things["auth.group"] = (groups[0].pk, groups[1].pk)
    entry = AuditEntry.objects.latest("pk").pk
    world.things["core.auditentry"] = (entry, entry)


def _public(world: World) -> None:
    """The readers' own addresses."""
    article, page = make_article("public"), make_article("about", kind="site page")
    give_feedback(article, answer="yes")
    world.things["core.feedback"] = (Feedback.objects.get().pk,) * 2
    kind = ContentType.objects.get_for_model(article.page)
    world.args["admin/r/<path:content_type_id>/<path:object_id>/"] = (
        kind.pk, article.page_id,
    )  # fmt: skip
    for end in ("", "history/", "handout/"):
        world.args[f"articles/<str:slug>/{end}"] = ("public",)
        world.args[f"pages/<str:slug>/{end}"] = (page.page.slug,)
        world.args[f"glossary/<str:slug>/{end}"] = ("live",)
    for title in ("Vehicle", "Receptor"):
        make_term(title, forms=[Form("CAR", "abbreviation", is_sense=True)])
    world.args["glossary/letter/<letter:name>/"] = ("l",)
    world.args["glossary/meanings/<str:words>"] = ("car",)
    picture = store_picture(SimpleUploadedFile("x.png", PICTURE, "image/png"))
    world.args["media/<str:name>"] = (picture.rpartition("/")[2],)
    world.sent["admin/markdown/upload/"] = {"image": PICTURE}
    world.sent["feedback/"] = {"page": "/articles/public/", "answer": "yes"}
    world.sent["admin/login/"] = {"username": "nobody", "password": "wrong"}
    world.sent["admin/markdown/preview/"] = {"content": "Words."}
    world.sent["admin/password_change/"] = {
        "old_password": "correct horse",
        "new_password1": "a battery and a staple",
        "new_password2": "a battery and a staple",
    }
    # The query of a GET.
    world.query["feedback/thanks/"] = "?to=/articles/public/"
    world.query["admin/autocomplete/"] = (
        "?term=b&app_label=articles&model_name=articletag&field_name=tag"
    )


def _forms(world: World, boss: Client) -> None:
    """What the forms of the admin would send: as an administrator sees them, with a
    word changed."""
    new = {
        "articles.article": {"title": "New", "slug": "new", "kind": "article"},
        "glossary.term": {"title": "New", "slug": "new"},
        "references.reference": {"key": "new-2020", "type": "book", "title": "New"},
        "core.tag": {"name": "New", "kind": "topic", "slug": "new"},
        "core.reviewerprofile": {
            "user": str(publisher().pk), "name": "New", "credentials": "MD",
            "conflicts": "None",
        },
        "auth.user": {
            "username": "new", "usable_password": "true",
            "password1": "a battery and a staple",
            "password2": "a battery and a staple",
        },
        "auth.group": {"name": "New"},
    }  # fmt: skip
    word = {"auth.user": "first_name", "core.tag": "name", "auth.group": "name"}
    word |= {"core.reviewerprofile": "name"}
    for model, typed in new.items():
        root = f"admin/{model.replace('.', '/')}"
        world.sent[f"{root}/add/"] = typed
        route = f"{root}/<path:object_id>/change/"
        form = boss.get(world.path(route)).context["adminform"].form
        sent = {f.html_name: _as_sent(f.value()) for f in form if f.value()}
        world.sent[route] = sent | {word.get(model, "title"): "Changed"}
        world.sent[f"{root}/<path:object_id>/delete/"] = {"post": "yes"}
        world.sent[f"{root}/"] = {
            "action": "delete_selected", "post": "yes",
            "_selected_action": str(world.things[model][1]),
        }  # fmt: skip
    world.sent["admin/auth/user/<id>/password/"] = {
        "usable_password": "true",
        "password1": "a battery and a staple",
        "password2": "a battery and a staple",
    }
    day, time = str(timezone.now()).split(".")[0].split()
    when = {"last_login_0": day, "last_login_1": time}
    when |= {"date_joined_0": day, "date_joined_1": time}
    world.sent["admin/auth/user/<path:object_id>/change/"] |= when


def _as_sent(value: Any) -> Any:
    if isinstance(value, list):
        return [str(getattr(each, "pk", each)) for each in value]
    return "on" if value is True else str(value)


def make_world(boss: Client) -> World:
    world = World()
    _pages(world, "articles.article", draft_article, make_article)
    _pages(world, "glossary.term", draft_term, make_term)
    _references(world)
    _imports(world)
    _links(world)
    _claims(world, "articles.article", draft_article)
    _claims(world, "glossary.term", draft_term)
    _tags_and_accounts(world)
    _public(world)
    _forms(world, boss)
    return world


# The walk


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, but for logins and the admin's own log."""
    passing = ("django_session", "axes_", "django_admin_log", "sqlite_")
    rows = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if not table.startswith(passing):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                rows[table] = sorted(cursor.fetchall(), key=repr)
    return rows


def letter_of(response: Any, before: Any) -> str:
    """The outcome in one letter; see TABLE."""
    if everything() != before:
        # Whatever it says: something was done.
        return "D" if response.status_code in (200, 302, 303) else "X"
    if response.status_code in (301, 302, 303):
        to = response["Location"].partition("?")[0]
        return {"/admin/login/": "L", "/admin/": "I"}.get(to, "A")
    letters = {200: "A", 400: "B", 403: "F", 404: "N", 405: "M"}
    return letters.get(response.status_code, str(response.status_code))


def outcome(world: World, session: str, route: str, method: str, before: Any) -> str:
    """What one of the staff, or a reader, gets; nothing of it stays."""
    client = Client(headers={"Sec-Fetch-Site": "same-origin"})
    if session:
        client.cookies["sessionid"] = session
    cache.clear()
    path = world.path(route) + world.query.get(route, "")
    with transaction.atomic():
        if method == "GET":
            response = client.get(path)
        else:
            response = client.post(path, _with_files(world.sent.get(route, {})))
        letter = letter_of(response, before)
        transaction.set_rollback(True)
    return letter


def _with_files(sent: dict[str, Any]) -> dict[str, Any]:
    return {
        name: SimpleUploadedFile("x.png", value) if isinstance(value, bytes) else value
        for name, value in sent.items()
    }


@pytest.fixture
def sessions() -> dict[str, str]:
    """A login for each of WHO."""
    found = {"anonymous": ""}
    for who in WHO[1:]:
        user = make_user(who, role=who if who in ROLES else None)
        user.is_superuser = False
        user.save()
        client = Client()
        client.force_login(user)
        found[who] = client.cookies["sessionid"].value
    return found


@pytest.fixture
def world(client, administrator) -> World:
    client.force_login(administrator)
    return make_world(client)


def test_every_address_is_declared_and_answers_each_role_as_declared(
    world, sessions, capsys
):
    table, found = declared(), list(routes())
    assert len(found) == len(set(found))
    before = everything()
    answers = {
        route: " ".join(
            "".join(outcome(world, sessions[who], route, how, before) for who in WHO)
            for how in ("GET", "POST")
        )
        for route in found
    }
    with capsys.disabled():
        cells = 2 * len(WHO) * len(found)
        print(f"\nThe matrix: {len(found)} addresses, {cells} cells.")  # noqa: T201
    # As lines of the table, so that what is new can be judged and declared.
    told = [
        f"{route} {letters}"
        for route, letters in answers.items()
        if table.get(route) != letters
    ]
    assert not told, "\n".join(["Not as declared:", *told])
    assert set(table) == set(found), "The table declares what is not there."
