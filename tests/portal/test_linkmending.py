"""Another address in a new draft: of the newest text, never published, never forced."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from articles.models import Article
from glossary.models import Term
from glossary.wording import Form
from immunosite.core import workflow
from immunosite.core.audit import AuditEntry
from immunosite.core.outsidelinks import LinkState, OutsideLink
from immunosite.core.pages import Status
from immunosite.portal import linkmending
from immunosite.portal.linkcollecting import collect
from immunosite.portal.linkmending import (
    NotMended,
    NotThere,
    mend,
    mend_page,
    mend_reference,
    offers,
    replacements,
)
from immunosite.portal.linkplaces import attach_places
from references.models import Reference
from references.noticing import add_notice
from tests.factories import (
    approved,
    draft_article,
    draft_term,
    make_article,
    make_reference,
    make_tag,
    make_term,
    publisher,
)

pytestmark = pytest.mark.django_db
OLD, NEW = "https://old.example.org/page", "https://new.example.org/page"


def moved_link() -> OutsideLink:
    """The old address as a check found it."""
    collect()
    link = OutsideLink.objects.get(url=OLD)
    link.state, link.status, link.redirected_to = LinkState.MOVED, 200, NEW
    link.save()
    return link


def told(mended) -> list[tuple[str, bool]]:
    return [(each.place.title, each.is_done) for each in mended]


class TestArticle:
    def test_gets_a_draft_that_differs_only_in_the_address(self, author):
        tag = make_tag("Basics")
        body = f"[this]({OLD}#x) and `{OLD}`."
        live = make_article(
            "hope", body, title="Hope", summary="All of it.", tags=[tag]
        )
        said = mend_page(OLD, live.page, to=NEW, by=author)
        assert said == (
            "Draft 2 has the new address. It is made of revision 1, which publisher saved."
        )
        draft = live.page.newest()
        assert draft.body == f"[this]({NEW}#x) and `{OLD}`."
        assert (draft.title, draft.summary) == ("Hope", "All of it.")
        assert list(draft.tags.all()) == [tag]
        assert (draft.created_by, draft.status, draft.live_from) == (
            author, Status.DRAFT, None,
        )  # fmt: skip
        assert draft.note == f"Link mended: {OLD} is now {NEW}"
        assert draft.public_note == ""

    def test_stays_as_readers_see_it(self, client, author):
        live = make_article("hope", f"[this]({OLD})", public_note="All new.")
        mend_page(OLD, live.page, to=NEW, by=author)
        page = client.get("/articles/hope/").content.decode()
        assert OLD in page
        assert NEW not in page
        assert live.page.live_revision() == live

    def test_gets_it_upon_a_draft_that_is_newer(self, author):
        make_article("hope", f"[this]({OLD})")
        draft = draft_article("hope", f"More. [this]({OLD})", public_note="More words.")
        said = mend_page(OLD, draft.page, to=NEW, by=author)
        assert said.endswith("It is made of draft 2, which publisher saved.")
        newest = draft.page.newest()
        assert (newest.number, newest.body) == (3, f"More. [this]({NEW})")
        assert (newest.based_on, newest.public_note) == (draft, "More words.")

    @pytest.mark.parametrize("status", [Status.IN_REVIEW, Status.APPROVED])
    def test_is_left_alone_while_it_waits_for_somebody(self, author, status):
        make_article("hope", f"[this]({OLD})")
        draft = draft_article("hope", f"More. [this]({OLD})")
        if status == Status.APPROVED:
            approved(draft)
        else:
            workflow.submit(draft, by=publisher())
        with pytest.raises(NotMended, match=f"Revision 2 is {status}"):
            mend_page(OLD, draft.page, to=NEW, by=author)
        assert draft.page.newest() == draft

    def test_is_left_alone_when_its_newest_text_does_not_have_it(self, author):
        make_article("hope", f"[this]({OLD})")
        draft = draft_article("hope", f"[this]({NEW})")
        with pytest.raises(NotThere, match="Revision 2, the newest, no longer"):
            mend_page(OLD, draft.page, to=NEW, by=author)
        assert draft.page.newest() == draft

    def test_is_left_alone_where_only_a_person_can_do_it(self, author):
        live = make_article("hope", f"[this]({OLD})")
        shared = f"![A cell][r] and [a][r]\n\n[r]: {OLD}"
        draft_article("hope", shared)
        with pytest.raises(NotMended, match="only a person"):
            mend_page(OLD, live.page, to=NEW, by=author)

    def test_takes_a_note_of_any_length(self, author):
        live = make_article("hope", f"[this]({OLD})")
        mend_page(OLD, live.page, to=f"{NEW}/{'x' * 500}", by=author)
        note = live.page.newest().note
        assert (len(note), note[-1]) == (300, "…")

    def test_needs_the_right_to_change_it(self, reviewer):
        live = make_article("hope", f"[this]({OLD})")
        with pytest.raises(PermissionDenied):
            mend_page(OLD, live.page, to=NEW, by=reviewer)

    def test_has_its_draft_in_the_audit(self, author):
        live = make_article("hope", f"[this]({OLD})")
        mend_page(OLD, live.page, to=NEW, by=author)
        entry = AuditEntry.objects.first()
        assert (entry.by, entry.subject_id) == (author, live.page_id)
        assert entry.details["revision"] == 2


class TestTerm:
    def test_gets_it_in_both_texts_of_a_term(self, author):
        both = {"body": f"A [b]({OLD}).", "professional": f"A [c]({OLD}#x), `{OLD}`."}
        term = make_term("Cell", respelling="SEL", **both).page
        mend_page(OLD, term, to=NEW, by=author)
        draft = term.newest()
        assert (draft.body, draft.professional, draft.respelling) == (
            f"A [b]({NEW}).", f"A [c]({NEW}#x), `{OLD}`.", "SEL",
        )  # fmt: skip

    def test_gets_it_where_only_the_text_for_professionals_has_it(self, author):
        term = make_term("Cell", "A cell.", professional=f"A [c]({OLD}).").page
        (mended,) = mend(moved_link(), to="redirect", by=author)
        assert mended.is_done
        draft = term.newest()
        assert (draft.number, draft.body) == (2, "A cell.")
        assert draft.professional == f"A [c]({NEW})."
        with pytest.raises(NotThere):
            mend_page(OLD, term, to=NEW, by=author)

    def test_keeps_its_other_words_and_settings(self, author):
        forms = [Form("cells", "plural"), Form("C", "abbreviation")]
        tag = make_tag("Basics")
        live = make_term(
            "Cell", f"[this]({OLD})", forms=forms, is_automatic=False, tags=[tag]
        )
        mend_page(OLD, live.page, to=NEW, by=author)
        draft = live.page.newest()
        assert (draft.body, draft.is_automatic) == (f"[this]({NEW})", False)
        assert list(draft.tags.all()) == [tag]
        words = [(form.kind, form.text) for form in draft.forms.all()]
        assert words == [(form.kind, form.text) for form in live.forms.all()]
        assert live.page.live_revision() == live


class TestReference:
    def test_gets_only_its_web_address_changed(self, author):
        tag = make_tag("Basics")
        reference = make_reference("web", URL=f"{OLD}#x", DOI="10.1000/a", note=OLD)
        reference.tags.set([tag])
        before = reference.csl
        mend_reference(OLD, reference.pk, to=NEW, by=author)
        reference.refresh_from_db()
        assert reference.csl == {**before, "URL": f"{NEW}#x"}
        assert list(reference.tags.all()) == [tag]
        entry = AuditEntry.objects.first()
        assert (entry.action, entry.by) == ("change reference", author)

    def test_is_left_alone_when_the_address_is_not_that_one(self, author):
        reference = make_reference(
            "web", URL="https://other.example.org/", DOI="10.1000/a"
        )
        for url in (OLD, "https://doi.org/10.1000/a"):
            with pytest.raises(NotMended, match="Only its field “URL”"):
                mend_reference(url, reference.pk, to=NEW, by=author)

    def test_needs_the_right_to_change_it(self, reviewer):
        reference = make_reference("web", URL=OLD)
        with pytest.raises(PermissionDenied):
            mend_reference(OLD, reference.pk, to=NEW, by=reviewer)
        reference.refresh_from_db()
        assert reference.csl["URL"] == OLD


class TestEverywhere:
    def test_writes_a_draft_of_each_page_and_no_reference(self, author):
        make_article("hope", f"[a]({OLD})", title="Hope")
        make_term("Cell", f"[a]({OLD})")
        make_reference("web", URL=OLD)
        mended = mend(moved_link(), to="redirect", by=author)
        assert told(mended) == [("Hope", True), ("Cell", True)]
        for model in (Article, Term):
            assert model.objects.get().newest().body == f"[a]({NEW})"
        assert Reference.objects.get().csl["URL"] == OLD

    def test_goes_on_where_one_page_is_refused(self, author):
        make_article("a", f"[a]({OLD})", title="A")
        workflow.submit(draft_article("a", f"[b]({OLD})", title="A"), by=publisher())
        make_article("b", f"[a]({OLD})", title="B")
        mended = mend(moved_link(), to="redirect", by=author)
        assert told(mended) == [("A", False), ("B", True)]

    def test_passes_over_what_is_mended_already(self, author):
        make_article("hope", f"[a]({OLD})")
        link = moved_link()
        assert len(mend(link, to="redirect", by=author)) == 1
        assert mend(link, to="redirect", by=author) == []
        assert Article.objects.get().revisions.count() == 2

    def test_stops_after_so_many(self, author, monkeypatch):
        monkeypatch.setattr(linkmending, "AT_ONCE", 2)
        for number in range(3):
            make_article(f"page-{number}", f"[a]({OLD})")
        link = moved_link()
        assert len(mend(link, to="redirect", by=author)) == 2
        assert len(mend(link, to="redirect", by=author)) == 1

    def test_is_for_those_who_may_see_the_report(self, reviewer):
        make_article("hope", f"[a]({OLD})", title="Hope")
        link = moved_link()
        with pytest.raises(PermissionDenied):
            mend(link, to="redirect", by=reviewer)


class TestOnePlace:
    def one(self, link, by, *, title="", to="redirect"):
        (found,) = attach_places([link])
        (place,) = [each for each in found.places if each.title == title]
        return mend(link, to=to, by=by, only=place.key)

    def test_leaves_the_others_alone(self, author):
        make_article("a", f"[a]({OLD})", title="A")
        make_article("b", f"[a]({OLD})", title="B")
        assert told(self.one(moved_link(), author, title="B")) == [("B", True)]
        assert Article.objects.get(slug="a").revisions.count() == 1

    def test_may_be_a_reference(self, author):
        make_reference("web", URL=OLD)
        (mended,) = self.one(moved_link(), author, title="web")
        assert (mended.is_done, mended.message) == (
            True, "Readers see the new address from now on.",
        )  # fmt: skip
        assert Reference.objects.get().csl["URL"] == NEW

    def test_tells_that_it_is_mended_already(self, author):
        make_article("a", f"[a]({OLD})", title="A")
        link = moved_link()
        self.one(link, author, title="A")
        (again,) = self.one(link, author, title="A")
        assert (again.is_done, again.message) == (
            False, "Revision 2, the newest, no longer has this address.",
        )  # fmt: skip

    def test_that_is_not_one_of_the_link_is_none(self, author):
        make_article("a", f"[a]({OLD})", title="A")
        assert mend(moved_link(), to="redirect", by=author, only="x:1") == []


class TestReplacements:
    @pytest.mark.parametrize("state", [s for s in LinkState if s != LinkState.MOVED])
    def test_are_no_redirect_that_is_not_for_good(self, state):
        assert replacements(OutsideLink(state=state, redirected_to=NEW)) == {}

    def test_are_a_redirect_for_good_and_a_copy(self):
        link = OutsideLink(
            state=LinkState.MOVED, redirected_to=NEW, archived_url="https://w.org/"
        )
        assert replacements(link) == {"redirect": NEW, "archive": "https://w.org/"}


class TestOffers:
    def offers(self, by) -> list[tuple[str, str, bool]]:
        (found,) = attach_places([moved_link()])
        return [
            (each.place.title, each.draft, each.is_open) for each in offers(found, by)
        ]

    def test_tell_what_drafts_there_are(self, author):
        for slug in "abc":
            make_article(slug, f"[a]({OLD})", title=slug)
        draft_article("b", f"[b]({OLD})")
        draft_article("c", f"[c]({NEW})")
        make_term("d", f"[a]({OLD})")
        workflow.submit(draft_term("d", f"[d]({OLD})"), by=publisher())
        assert self.offers(author) == [
            ("a", "", True),
            ("b", "Draft 2 (draft) has it, too", True),
            ("c", "Draft 2 (draft) no longer has it", False),
            ("d", "Draft 2 (in review) has it, too", False),
        ]

    def test_are_open_only_to_who_may_change_the_thing(self, reviewer):
        make_article("a", f"[a]({OLD})", title="a")
        assert self.offers(reviewer) == [("a", "", False)]

    def test_are_open_for_a_web_address_and_no_notice(self, author):
        make_reference("web", URL=OLD)
        noticed = make_reference("noticed")
        add_notice(
            noticed, by=publisher(), kind="correction", noticed_on=date(2025, 1, 31),
            source=OLD,
        )  # fmt: skip
        assert self.offers(author) == [("web", "", True), ("noticed", "", False)]
