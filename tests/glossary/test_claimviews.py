"""The admin's pages of a page's claims: who sees them, what they show, what they do."""

from __future__ import annotations

import csv
import io

import pytest
from django.urls import reverse

from glossary.sourcing import sourced
from references.evidencing import save_evidence, verify_evidence
from references.models import Evidence
from tests.factories import (
    draft_article,
    draft_term,
    make_article,
    make_reference,
    make_user,
)

pytestmark = pytest.mark.django_db
BODY = (
    "It grew in 5 of 9 people [@larkin-2015, p. 3].\n\nIt is red.\n\n"
    "It is better than the others."
)
WORDS = "Five of nine grew."


@pytest.fixture
def page():
    make_reference()
    return draft_article("hope", BODY).page


def claims(page):
    name = f"admin:{page._meta.label_lower.replace('.', '_')}_claims"
    return reverse(name, args=[page.pk])


def cited(page, body=BODY):
    """The first citation, and the address of its page."""
    place = sourced(page, body).rows[0].supports[0].place
    name = f"admin:{page._meta.label_lower.replace('.', '_')}_evidence"
    args = [page.pk, place.claim_key, place.reference.pk]
    return place, f"{reverse(name, args=args)}?place=p.+3"


def quote(page, by, body=BODY, quotation=WORDS):
    place, _ = cited(page, body)
    return save_evidence(place, quotation=quotation, seen="", by=by)


def shown(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


class TestTheList:
    def test_is_reached_from_the_editor(self, client, author, page):
        client.force_login(author)
        change = reverse("admin:articles_article_change", args=[page.pk])
        assert f'href="{claims(page)}">Claims of this article</a>' in shown(
            client, change
        )
        term = draft_term("Cell").page
        change = reverse("admin:glossary_term_change", args=[term.pk])
        assert f'href="{claims(term)}">Claims of this term</a>' in shown(client, change)

    def test_shows_each_claim_with_its_line_and_what_backs_it(
        self, client, author, reviewer, page
    ):
        found = quote(page, author)
        verify_evidence(page, found.pk, seen=found.seen, by=reviewer)
        client.force_login(author)
        html = shown(client, claims(page))
        assert "It grew in 5 of 9 people." in html
        assert f"<q>{WORDS}</q>" in html
        assert "by reviewer, " in html
        assert "comparison: “better than”" in html
        assert "It is red." not in html

    def test_shows_every_sentence_when_asked(self, client, author, page):
        client.force_login(author)
        assert "It is red." in shown(client, claims(page) + "?show=all")
        only = shown(client, claims(page) + "?show=uncited")
        assert "better than the others" in only
        assert "5 of 9" not in only

    def test_sorts_by_what_needs_most_work(self, client, author, page):
        client.force_login(author)
        html = shown(client, claims(page) + "?by=status")
        assert html.index("better than the others") < html.index("5 of 9")

    def test_asks_for_nothing_unknown(self, client, author, page):
        client.force_login(author)
        assert "5 of 9" in shown(client, claims(page) + "?show=%00&by=x&of=y")

    def test_shows_the_newest_text_or_the_live_one(self, client, author):
        make_reference()
        page = make_article("hope", BODY).page
        draft_article("hope", "It shrank by 7%.")
        client.force_login(author)
        assert "7%" in shown(client, claims(page))
        live = shown(client, claims(page) + "?of=live")
        assert "5 of 9" in live
        assert "7%" not in live

    def test_of_a_page_without_text_or_readers_says_so(self, client, author):
        page = draft_article("empty", "").page
        client.force_login(author)
        assert "No sentence of this page is among these." in shown(client, claims(page))
        assert "This page is not live." in shown(client, claims(page) + "?of=live")

    def test_of_a_text_that_is_refused_leads_to_the_editor(self, client, author):
        page = draft_article("long", "[" * 5000).page
        client.force_login(author)
        answer = client.get(claims(page))
        assert answer.url == reverse("admin:articles_article_change", args=[page.pk])

    def test_tells_of_a_key_that_is_unknown(self, client, author):
        page = draft_article("hope", "It grew [@nobody].").page
        client.force_login(author)
        assert "No reference has this key" in shown(client, claims(page))

    def test_costs_as_many_queries_however_long_the_page(
        self, client, author, django_assert_num_queries
    ):
        make_reference()
        pages = [
            draft_article(f"of-{count}", " ".join(
                f"It grew by {n}% [@larkin-2015]." for n in range(count)
            )).page
            for count in (2, 60)
        ]  # fmt: skip
        for page in pages:
            for row in sourced(page, page.newest().body).rows:
                place = row.supports[0].place
                save_evidence(place, quotation=WORDS, seen="", by=author)
        client.force_login(author)
        client.get(claims(pages[0]))
        for page in pages:
            with django_assert_num_queries(14):
                client.get(claims(page))

    def test_escapes_what_was_typed(self, client, author):
        make_reference()
        body = "It <b>grew</b> & “5” [@larkin-2015, p. 3]."
        page = draft_article("hope", body).page
        quote(page, author, body, "<script>alert(1)</script>")
        client.force_login(author)
        assert "<script>alert" not in shown(client, claims(page))


class TestTheFile:
    def rows(self, client, page):
        answer = client.get(claims(page) + "?as=csv")
        assert answer["Content-Disposition"] == 'attachment; filename="claims-hope.csv"'
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))

    def test_has_a_line_for_each_citation_and_each_other_sentence(
        self, client, author, reviewer, page
    ):
        found = quote(page, author)
        verify_evidence(page, found.pk, seen=found.seen, by=reviewer)
        client.force_login(author)
        one, two, three = self.rows(client, page)
        assert (one["Line"], one["Status"], one["Reference"], one["Place"]) == (
            "1", "verified", "larkin-2015", "p. 3",
        )  # fmt: skip
        assert (one["Quotation"], one["Quotation by"], one["Verified by"]) == (
            WORDS, "author", "reviewer",
        )  # fmt: skip
        assert (two["Status"], three["Found"]) == (
            "nothing to cite", "comparison: better than",
        )  # fmt: skip

    def test_has_changed_and_gone_sentences(self, client, author, page):
        quote(page, author)
        draft_article("hope", BODY.replace("5 of 9", "6 of 9"))
        client.force_login(author)
        assert self.rows(client, page)[0]["The sentence was"] == (
            "It grew in 5 of 9 people."
        )
        draft_article("hope", "Nothing.")
        assert self.rows(client, page)[-1]["Status"] == "sentence is gone"

    def test_runs_no_formula(self, client, author):
        make_reference()
        body = "=1+1 is so [@larkin-2015]."
        page = draft_article("hope", body).page
        client.force_login(author)
        assert self.rows(client, page)[0]["Sentence"].startswith("'=")


class TestChangedSentences:
    def test_give_their_quotation_with_one_click(self, client, author, page):
        found = quote(page, author)
        now = BODY.replace("5 of 9", "6 of 9")
        draft_article("hope", now)
        client.force_login(author)
        html = shown(client, claims(page))
        assert "The sentence was: “It grew in 5 of 9 people.”" in html
        place, _ = cited(page, now)
        sent = {
            "evidence": found.pk, "seen": found.seen,
            "to": f"{place.claim_key} {place.reference.pk} p. 3",
        }  # fmt: skip
        answer = client.post(claims(page), sent, follow=True)
        assert "The quotation is taken over." in answer.content.decode()
        assert place.evidence().pk == found.pk

    def test_are_listed_when_they_are_gone(self, client, author, page):
        found = quote(page, author)
        draft_article("hope", "Rash is common [@larkin-2015].")
        client.force_login(author)
        html = shown(client, claims(page))
        assert "Quotations of sentences that are gone" in html
        assert ">Rash is common.</option>" in html
        sent = {"evidence": found.pk, "seen": found.seen, "delete": "1"}
        client.post(claims(page), sent)
        assert not Evidence.objects.exists()

    def test_that_somebody_else_changed_are_left_alone(self, client, author, page):
        found = quote(page, author)
        client.force_login(author)
        sent = {"evidence": found.pk, "seen": "before", "delete": "1"}
        answer = client.post(claims(page), sent, follow=True)
        assert "Nothing was changed." in answer.content.decode()
        assert Evidence.objects.exists()

    @pytest.mark.parametrize(
        "to", ["", "x", "x 1 y", f"{'a' * 64} 999999 ", "\0 \0 \0"]
    )
    def test_go_nowhere_else(self, client, author, page, to):
        found = quote(page, author)
        client.force_login(author)
        sent = {"evidence": found.pk, "seen": found.seen, "to": to}
        assert client.post(claims(page), sent).status_code == 404


class TestAQuotation:
    def test_is_typed_beside_its_sentence_and_source(self, client, author, page):
        place, address = cited(page)
        client.force_login(author)
        html = shown(client, address)
        assert "It grew in 5 of 9 people." in html
        assert "A study called larkin-2015" in html
        answer = client.post(address, {"quotation": WORDS, "seen": "", "save": "1"})
        assert answer.url == claims(page) + "#claim-1"
        assert place.evidence().quotation == WORDS

    def test_leads_to_the_next_without_one(self, client, author):
        make_reference()
        body = "One grew [@larkin-2015, p. 3]. Two. Three shrank [@larkin-2015]."
        page = draft_article("hope", body).page
        _, address = cited(page, body)
        client.force_login(author)
        sent = {"quotation": WORDS, "seen": "", "next": "1"}
        answer = client.post(address, sent)
        assert "Three shrank." in client.get(answer.url).content.decode()
        answer = client.post(answer.url, sent)
        assert answer.url == claims(page) + "#claim-3"

    @pytest.mark.parametrize("text", ["", "x" * 2001])
    def test_that_is_refused_is_said_at_the_field_and_kept(
        self, client, author, page, text
    ):
        _, address = cited(page)
        client.force_login(author)
        answer = client.post(address, {"quotation": text, "seen": "", "save": "1"})
        form = answer.context["form"]
        assert form.errors["quotation"]
        assert form["quotation"].value() == text
        assert not Evidence.objects.exists()

    def test_never_overwrites_a_colleagues(self, client, author, editor, page):
        place, address = cited(page)
        client.force_login(editor)
        quote(page, author, quotation="Theirs.")
        sent = {"quotation": "Mine.", "seen": "", "save": "1"}
        answer = client.post(address, sent)
        html = answer.content.decode()
        assert "Theirs." in html
        assert "author changed this quotation" in html
        assert place.evidence().quotation == "Theirs."
        form = answer.context["form"]
        again = {"quotation": form["quotation"].value(), "seen": form["seen"].value()}
        client.post(address, again)
        assert place.evidence().quotation == "Mine."

    def test_is_verified_by_somebody_else_who_read_the_source(
        self, client, author, reviewer, page
    ):
        place, address = cited(page)
        found = quote(page, author)
        client.force_login(reviewer)
        sent = {"seen": found.seen, "verify": "1"}
        answer = client.post(address, sent, follow=True)
        assert "Read the source first" in answer.content.decode()
        assert place.evidence().verified_by is None
        client.post(address, sent | {"has_read": "on"})
        assert place.evidence().verified_by == reviewer
        client.post(address, {"seen": place.evidence().seen, "withdraw": "1"})
        assert place.evidence().verified_by is None

    def test_is_not_offered_to_its_own_writer_for_verification(
        self, client, editor, page
    ):
        found = quote(page, editor)
        _, address = cited(page)
        client.force_login(editor)
        assert "so somebody else verifies it" in shown(client, address)
        sent = {"seen": found.seen, "verify": "1", "has_read": "on"}
        answer = client.post(address, sent, follow=True)
        assert "Somebody else must verify" in answer.content.decode()
        found.refresh_from_db()
        assert found.verified_by is None

    def test_that_is_not_there_any_more_is_told(self, client, author, reviewer, page):
        _, address = cited(page)
        client.force_login(reviewer)
        sent = {"seen": "before", "verify": "1", "has_read": "on"}
        answer = client.post(address, sent, follow=True)
        assert "Somebody deleted this quotation" in answer.content.decode()

    def test_is_deleted(self, client, author, page):
        found = quote(page, author)
        _, address = cited(page)
        client.force_login(author)
        client.post(address, {"seen": found.seen, "delete": "1"})
        assert not Evidence.objects.exists()

    def test_of_a_sentence_that_is_only_live_is_found_too(self, client, author):
        make_reference()
        page = make_article("hope", BODY).page
        draft_article("hope", "Nothing.")
        _, address = cited(page)
        client.force_login(author)
        assert "It grew in 5 of 9 people." in shown(client, address)

    def test_of_no_sentence_is_not_there(self, client, author, page):
        _, address = cited(page)
        client.force_login(author)
        for wrong in (
            address.replace("p.+3", "p.+4"),
            address.replace("claims/", "claims/0"),
        ):
            assert client.get(wrong).status_code == 404


class TestRights:
    @pytest.mark.parametrize(
        ("role", "verifies"),
        [("Author", False), ("Medical reviewer", True), ("Editor", True)],
    )
    def test_all_roles_write_and_some_verify(
        self, client, publisher_, page, role, verifies
    ):
        quote(page, publisher_)
        _, address = cited(page)
        client.force_login(make_user("somebody", role=role))
        html = shown(client, address)
        assert 'name="quotation"' in html
        assert ('name="verify"' in html) == verifies
        sees = shown(client, claims(page))
        assert (">Verify<" in sees) == verifies

    def test_nobody_else_sees_anything(self, client, page):
        guest = make_user("guest", role="Author")
        guest.groups.clear()
        _, address = cited(page)
        client.force_login(guest)
        assert client.get(claims(page)).status_code == 403
        assert client.get(address).status_code == 403
        client.logout()
        assert "login" in client.get(claims(page)).url

    def test_readers_see_no_quotation(self, client, author):
        make_reference()
        page = make_article("hope", BODY).page
        quote(page, author)
        assert WORDS not in client.get(page.get_absolute_url()).content.decode()
        assert WORDS not in client.get("/references/larkin-2015/").content.decode()


@pytest.fixture
def publisher_():
    return make_user("writer", role="Author")
