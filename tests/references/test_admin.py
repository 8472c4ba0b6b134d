"""The desk of references: what each role sees, types and is told."""

from __future__ import annotations

import html
import re
from datetime import date

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from immunosite.core.audit import AuditEntry
from references.curating import save_reference
from references.models import Notice, Reference
from references.noticing import add_notice
from tests.factories import (
    draft_article,
    make_article,
    make_reference,
    make_tag,
    make_term,
    make_user,
    publisher,
)

pytestmark = pytest.mark.django_db
LIST = "/admin/references/reference/"
ADD = f"{LIST}add/"
NOTICE = {
    "kind": "retraction",
    "noticed_on": "2024-05-01",
    "source": "https://example.org/notice",
    "note": "The figures were wrong.",
}


@pytest.fixture
def desk(client, editor):
    """A browser in which an editor is logged in."""
    client.force_login(editor)
    return client


@pytest.fixture
def guest():
    """Staff who may only look at references."""
    user = make_user("guest")
    user.is_superuser = False
    user.save()
    user.user_permissions.add(Permission.objects.get(codename="view_reference"))
    return user


def change_page(reference: Reference) -> str:
    return reverse("admin:references_reference_change", args=[reference.pk])


def text_of(response) -> str:
    """The words of a page, without its tags."""
    plain = re.sub(r"<[^>]*>", " ", response.content.decode())
    return " ".join(html.unescape(plain).split())


def filled_in(client, address: str) -> dict[str, str]:
    """What a browser would send of a form that is left as it is."""
    form = client.get(address).context["adminform"].form
    sent = {}
    for field in form:
        value = field.value()
        if isinstance(value, list):
            sent[field.html_name] = [str(getattr(one, "pk", one)) for one in value]
        elif value is True:
            sent[field.html_name] = "on"
        elif value not in (None, False):
            sent[field.html_name] = str(value).replace("\n", "\r\n")
    return sent


@pytest.fixture
def errors():
    def of(response):
        assert response.status_code == 200
        return dict(response.context["adminform"].form.errors)

    return of


class TestList:
    def rows(self, response) -> list[str]:
        return [reference.key for reference in response.context["cl"].result_list]

    def test_shows_each_at_a_glance(self, desk):
        reference = make_reference(
            "larkin-2015",
            author=[{"family": "Larkin", "given": "J."}, {"family": "Wolchok"}],
        )
        add_notice(
            reference, by=publisher(), **{**NOTICE, "noticed_on": date(2024, 5, 1)}
        )
        make_article("first", "Words [@larkin-2015].")
        make_term("Cytokine", "A protein [@larkin-2015].")
        words = text_of(desk.get(LIST))
        assert (
            "larkin-2015 A study called larkin-2015 Larkin J. et al. 2015 "
            "Journal of Examples 2 Retraction of 2024-05-01"
        ) in words

    def test_an_only_author_has_no_others(self, desk):
        make_reference()
        words = text_of(desk.get(LIST))
        assert "Larkin J. 2015" in words
        assert "et al." not in words

    def test_its_queries_are_few_and_do_not_grow(self, desk):
        def fill(numbers):
            for number in numbers:
                reference = make_reference(f"ref-{number}", PMID=str(number + 1))
                reference.tags.add(tag)
                add_notice(reference, by=publisher(), **notice)
                make_article(f"page-{number}", f"Words [@ref-{number}].")

        tag = make_tag("Melanoma")
        notice = {**NOTICE, "noticed_on": date(2024, 5, 1)}
        fill(range(2))
        desk.get(LIST)  # what is asked only once
        with CaptureQueriesContext(connection) as few:
            desk.get(LIST)
        fill(range(2, 12))
        with CaptureQueriesContext(connection) as many:
            assert len(self.rows(desk.get(LIST))) == 12
        assert len(many) == len(few) <= 14

    @pytest.mark.parametrize(
        ("words", "found"),
        [
            ("alpha", ["alpha"]),
            ("Hodi", ["beta"]),
            ("called", ["alpha", "beta"]),
            ("Lancet", ["beta"]),
            ("10.1000/x", ["alpha"]),
            ("zebrafish", []),
        ],
    )
    def test_is_searched(self, desk, words, found):
        make_reference("alpha", DOI="10.1000/X", PMID="12")
        make_reference(
            "beta", author=[{"family": "Hodi"}], **{"container-title": "The Lancet"}
        )
        assert sorted(self.rows(desk.get(LIST, {"q": words}))) == found

    @pytest.mark.parametrize(
        "query",
        ["type=book", "notices__kind__exact=retraction", "tags__id__exact={tag}",
         "year=2010"],
    )  # fmt: skip
    def test_is_filtered(self, desk, query):
        make_reference("other")
        tag = make_tag("Melanoma")
        book = make_reference("a-book", type="book", issued={"date-parts": [[2010]]})
        book.tags.add(tag)
        for day in (1, 2):
            add_notice(
                book, by=publisher(), **{**NOTICE, "noticed_on": date(2024, 5, day)}
            )
        page = desk.get(f"{LIST}?{query.format(tag=tag.pk)}")
        assert page.status_code == 200
        assert self.rows(page) == ["a-book"]

    def test_offers_the_types_that_occur(self, desk):
        make_reference("a", type="book")
        make_reference("b", type="song")
        page = desk.get(LIST).content.decode()
        assert re.findall(r'href="\?type=([^"]+)"', page) == ["book", "song"]

    @pytest.mark.parametrize("column", range(6), ids=lambda n: f"column {n}")
    def test_can_be_sorted_by_every_column_but_the_notices(self, desk, column):
        make_reference(
            "b",
            title="B",
            author=[{"family": "B"}],
            issued={"date-parts": [[2020]]},
            **{"container-title": "B"},
        )
        make_reference(
            "a",
            title="A",
            author=[{"family": "A"}],
            issued={"date-parts": [[2010]]},
            **{"container-title": "A"},
        )
        make_article("first", "Words [@b].")
        assert self.rows(desk.get(f"{LIST}?o={column}")) == ["a", "b"]
        assert self.rows(desk.get(f"{LIST}?o=-{column}")) == ["b", "a"]


class TestAdding:
    FORM = {
        "key": "new-2020",
        "type": "article-journal",
        "title": "A new study",
        "authors": "Larkin, James\r\nNational Cancer Institute\r\n\r\n",
        "authors_complete": "on",
        "issued": "2020-06",
        "container": "Journal",
        "volume": "3",
        "page": "10-19",
        "doi": "https://doi.org/10.1000/ABC",
        "pmid": "PMID: 12",
        "url": "example.org/page",
    }

    def test_stores_what_was_typed(self, desk, editor):
        tag = make_tag("Melanoma")
        response = desk.post(ADD, {**self.FORM, "tags": [tag.pk]})
        assert response.status_code == 302
        reference = Reference.objects.get()
        assert reference.csl == {
            "id": "new-2020",
            "type": "article-journal",
            "title": "A new study",
            "author": [
                {"family": "Larkin", "given": "James"},
                {"literal": "National Cancer Institute"},
            ],
            "issued": {"date-parts": [[2020, 6]]},
            "container-title": "Journal",
            "volume": "3",
            "page": "10-19",
            "DOI": "10.1000/abc",
            "PMID": "12",
            "URL": "https://example.org/page",
        }
        assert list(reference.tags.all()) == [tag]
        assert AuditEntry.objects.get(action="add reference").by == editor

    def test_is_open_to_authors(self, client, author):
        client.force_login(author)
        assert client.post(ADD, self.FORM).status_code == 302
        assert Reference.objects.get().key == "new-2020"

    def test_a_double_click_is_told_and_does_no_harm(self, desk, errors):
        with CaptureQueriesContext(connection) as asked:
            desk.post(ADD, self.FORM)
        # What is checked is held before: the second waits for the first to end.
        holds = [n for n, q in enumerate(asked) if '"core_epoch"' in q["sql"]]
        checks = [n for n, q in enumerate(asked) if "_reference" in q["sql"]]
        assert holds[0] < checks[0]
        assert set(errors(desk.post(ADD, self.FORM))) == {"key"}
        assert Reference.objects.count() == 1

    def test_an_incomplete_list_of_authors_ends_with_et_al(self, desk):
        form = {name: v for name, v in self.FORM.items() if name != "authors_complete"}
        desk.post(ADD, form)
        reference = Reference.objects.get()
        assert reference.csl["custom"] == {"authors_complete": False}
        assert "National Cancer Institute, et al." in reference.entry

    def test_needs_only_key_type_and_title(self, desk):
        desk.post(ADD, {"key": "a", "type": "book", "title": "T"})
        assert Reference.objects.get().key == "a"

    @pytest.mark.parametrize(
        ("field", "typed", "words"),
        [
            ("key", "", "required"),
            ("key", "two words", "no spaces"),
            ("key", "a//b", "needs words"),
            ("key", "taken", "Another reference has this citation key"),
            ("type", "blog", "not one of the available choices"),
            ("title", "", "required"),
            ("title", "x" * 1001, "Longer than 1,000 characters"),
            ("title", "<i> </i>", "no words"),
            ("authors", "x" * 1001, "Longer than"),
            ("issued", "June 2020", "Write the date like"),
            ("issued", "2020-13", "Write the date like"),
            ("issued", "2021-02-29", "Write the date like"),
            ("container", "x" * 501, "Longer than 500 characters"),
            ("doi", "nothing", "is no DOI"),
            ("doi", "10.1000/TAKEN", "“taken” already has this DOI"),
            ("pmid", "PMC12", "is no PMID"),
            ("pmcid", "12", "is no PMCID"),
            ("isbn", "9780306406158", "is no ISBN"),
            ("url", "javascript:alert(1)", "valid URL"),
        ],
    )
    def test_says_what_is_wrong_at_the_field(self, desk, errors, field, typed, words):
        make_reference("taken", DOI="10.1000/taken")
        response = desk.post(ADD, {**self.FORM, field: typed})
        assert list(errors(response)) == [field]
        assert words in errors(response)[field][0]
        assert list(Reference.objects.values_list("key", flat=True)) == ["taken"]

    def test_several_errors_are_told_at_once(self, desk, errors):
        response = desk.post(ADD, {**self.FORM, "doi": "x", "pmid": "y"})
        assert set(errors(response)) == {"doi", "pmid"}

    def test_what_was_typed_stays_in_the_form(self, desk):
        response = desk.post(ADD, {**self.FORM, "doi": "<nothing>"})
        page = response.content.decode()
        assert 'value="&lt;nothing&gt;"' in page
        assert "National Cancer Institute" in page


class TestChanging:
    def test_the_form_left_as_it_is_changes_nothing(self, desk):
        reference = make_reference(
            "rich",
            title="Of <i>mice</i>",
            author=[
                {"family": "Berg", "given": "Jan", "non-dropping-particle": "van den"},
                {"literal": "A Group"},
                {"family": "King", "given": "M.", "suffix": "Jr."},
            ],
            issued={"date-parts": [["2015", 6], [2015, 7]], "season": 1},
            volume=3,
            DOI="https://doi.org/10.1000/ABC",
            abstract="Kept.",
            custom={"authors_complete": False, "other": 1},
            type="song",
        )
        before = AuditEntry.objects.count()
        address = change_page(reference)
        assert desk.post(address, filled_in(desk, address)).status_code == 302
        assert Reference.objects.get().csl == reference.csl
        assert AuditEntry.objects.count() == before

    def test_what_is_typed_is_stored_and_the_rest_is_kept(self, desk, editor):
        reference = make_reference(
            author=[
                {"family": "Berg", "given": "Jan", "non-dropping-particle": "van den"}
            ],
            abstract="Kept.",
            volume="1",
            page="5",
        )
        address = change_page(reference)
        form = filled_in(desk, address)
        form |= {
            "authors": form["authors"] + "\r\nNew, Anna",
            "volume": "2",
            "page": "",
        }
        assert desk.post(address, form).status_code == 302
        stored = Reference.objects.get().csl
        expected = {**reference.csl, "volume": "2"}
        expected["author"] = [*expected["author"], {"family": "New", "given": "Anna"}]
        del expected["page"]
        assert stored == expected
        entry = AuditEntry.objects.get(action="change reference")
        assert entry.by == editor
        assert set(entry.details["before"]) == {"author", "volume", "page"}

    @pytest.mark.parametrize(
        ("stored", "shown"),
        [
            ({"date-parts": [[2015]]}, "2015"),
            ({"date-parts": [[2015, 6]]}, "2015-06"),
            ({"date-parts": [["2015", "6", 5]]}, "2015-06-05"),
            ({"raw": "spring"}, ""),
            ({}, ""),
        ],
    )
    def test_a_date_is_shown_as_it_is_typed(self, desk, stored, shown):
        reference = make_reference(issued=stored)
        form = desk.get(change_page(reference)).context["adminform"].form
        assert (form["issued"].value() or "") == shown

    def test_tags_are_set_and_taken_away(self, desk):
        tag = make_tag("Melanoma")
        reference = make_reference()
        address = change_page(reference)
        desk.post(address, {**filled_in(desk, address), "tags": [str(tag.pk)]})
        assert list(reference.tags.all()) == [tag]
        form = filled_in(desk, address)
        assert form["tags"] == [str(tag.pk)]
        del form["tags"]
        desk.post(address, form)
        assert not reference.tags.exists()

    def test_the_key_of_a_cited_one_stays(self, desk, errors):
        reference = make_reference()
        make_article("first", "Words [@larkin-2015].")
        address = change_page(reference)
        response = desk.post(address, {**filled_in(desk, address), "key": "other"})
        assert list(errors(response)) == ["key"]
        assert "cite this reference by its key" in errors(response)["key"][0]
        assert Reference.objects.get().key == "larkin-2015"

    def test_the_page_shows_the_entry_and_who_cites_it(self, desk):
        reference = make_reference(title="Of <i>mice</i> & <script>")
        first = make_article("first", "Words [@larkin-2015].").page
        article = f"/admin/articles/article/{first.pk}/change/"
        page = desk.get(change_page(reference)).content.decode()
        assert "Larkin J. Of <i>mice</i> &amp; &lt;script&gt;. Journal" in page
        assert f'<a href="{article}">First</a>' in page
        assert 'href="/references/larkin-2015/"' in page

    def test_or_that_nobody_does(self, desk):
        words = text_of(desk.get(change_page(make_reference())))
        assert "No page uses it, not even a draft." in words

    def test_the_page_lists_drafts_too(self, desk):
        reference = make_reference()
        make_article("first", "Words [@larkin-2015].")
        make_term("Cytokine", "A protein [@larkin-2015].")
        draft_article("second", "To come [@larkin-2015].")
        words = text_of(desk.get(change_page(reference)))
        assert "Cytokine Term Live or scheduled" in words
        assert "First Article Live or scheduled" in words
        assert "Second Article Newest draft only" in words

    def test_a_reference_that_is_gone_leads_to_the_start(self, desk):
        response = desk.get(f"{LIST}999/change/")
        assert response.status_code == 302

    def test_history_tells_of_the_change(self, desk):
        reference = make_reference()
        address = change_page(reference)
        desk.post(address, {**filled_in(desk, address), "volume": "9"})
        history = desk.get(f"{LIST}{reference.pk}/history/")
        assert "Changed" in text_of(history)


class TestTwoPeopleEditing:
    """The second is refused once, sees both, and loses nothing."""

    @pytest.fixture
    def reference(self):
        return make_reference(volume="1", author=[{"literal": "A Group"}])

    @pytest.fixture
    def second(self, desk, reference, author):
        """The answer to an editor's save after an author has saved."""
        address = change_page(reference)
        form = filled_in(desk, address)
        save_reference(
            reference.key,
            {**reference.csl, "title": "Their title", "volume": "2"},
            by=author,
            reference=Reference.objects.get(),
        )
        return desk.post(address, {**form, "title": "My <title>", "page": "77"})

    def test_nothing_of_the_second_is_stored(self, second, errors):
        assert list(errors(second)) == ["__all__"]
        (told,) = errors(second)["__all__"]
        assert told.startswith("author saved this reference while you were writing.")
        stored = Reference.objects.get()
        assert (stored.title, stored.csl["volume"]) == ("Their title", "2")
        assert "page" not in stored.csl

    def test_both_are_shown_where_they_differ(self, second):
        assert second.context["adminform"].form.differences() == [
            ("Title", "Their title", "My <title>"),
            ("Volume", "2", "1"),
            ("Pages", "", "77"),
        ]
        page = second.content.decode()
        assert "Theirs and yours" in page
        assert "My &lt;title&gt;" in page
        assert "My <title>" not in page

    def test_what_was_typed_is_still_in_the_form(self, second):
        form = second.context["adminform"].form
        assert form["title"].value() == "My <title>"
        assert form["page"].value() == "77"

    def test_saving_once_more_goes_on_top(self, desk, second, editor):
        reference = Reference.objects.get()
        form = second.context["adminform"].form
        again = {
            name: form[name].value()
            for name in form.fields
            if form[name].value() not in (None, False)
        }
        assert desk.post(change_page(reference), again).status_code == 302
        stored = Reference.objects.get()
        assert (stored.csl["title"], stored.csl["page"]) == ("My <title>", "77")
        assert stored.csl["volume"] == "1"
        assert AuditEntry.objects.filter(action="change reference").count() == 2

    def test_unless_a_third_was_faster_again(self, desk, second, errors, author):
        reference = Reference.objects.get()
        form = second.context["adminform"].form
        based_on = form["based_on"].value()
        save_reference(
            reference.key,
            {**reference.csl, "issue": "5"},
            by=author,
            reference=reference,
        )
        sent = {"key": reference.key, "type": "book", "title": "T"}
        response = desk.post(change_page(reference), {**sent, "based_on": based_on})
        assert list(errors(response)) == ["__all__"]
        assert Reference.objects.get().title == "Their title"

    def test_a_form_that_says_nothing_of_what_it_saw_is_refused(
        self, desk, reference, errors
    ):
        sent = {"key": reference.key, "type": "book", "title": "T"}
        assert list(errors(desk.post(change_page(reference), sent))) == ["__all__"]

    def test_tags_are_compared_by_name(self, desk, reference, author):
        theirs, mine = make_tag("Melanoma"), make_tag("Trials")
        address = change_page(reference)
        form = filled_in(desk, address)
        save_reference(
            reference.key, reference.csl, by=author, tags=[theirs],
            reference=Reference.objects.get(),
        )  # fmt: skip
        # Tags alone are a change too, so the state that was seen is an older one.
        response = desk.post(address, {**form, "tags": [str(mine.pk)]})
        assert response.context["adminform"].form.differences() == [
            ("Tags", "Melanoma", "Trials")
        ]
        assert list(reference.tags.all()) == [theirs]


class TestDeleting:
    def delete(self, client, reference: Reference, **options):
        address = f"{LIST}{reference.pk}/delete/"
        return client.post(address, {"post": "yes"}, **options)

    def test_of_one_that_nothing_cites(self, desk, editor):
        reference = make_reference()
        assert self.delete(desk, reference).status_code == 302
        assert not Reference.objects.exists()
        assert AuditEntry.objects.get(action="delete reference").by == editor

    def test_of_a_cited_one_is_refused_politely(self, desk):
        reference = make_reference()
        make_article("first", "Words [@larkin-2015].")
        for answer in (
            desk.get(f"{LIST}{reference.pk}/delete/"),
            self.delete(desk, reference, follow=True),
        ):
            assert answer.status_code == 200
            assert "“First”" in text_of(answer)
        assert Reference.objects.exists()
        assert not AuditEntry.objects.filter(action="delete reference").exists()

    def test_of_one_with_notices_and_tags_is_possible(self, desk):
        reference = make_reference()
        reference.tags.add(make_tag("Melanoma"))
        add_notice(
            reference, by=publisher(), **{**NOTICE, "noticed_on": date(2024, 5, 1)}
        )
        self.delete(desk, reference)
        assert not Reference.objects.exists()

    def test_no_list_deletes_several_at_once(self, desk):
        reference = make_reference()
        desk.post(LIST, {"action": "delete_selected", "_selected_action": reference.pk})
        assert Reference.objects.exists()


class TestNotices:
    def address(self, reference: Reference) -> str:
        return f"{LIST}{reference.pk}/notices/add/"

    def test_are_added_with_a_form(self, desk, editor):
        reference = make_reference()
        page = desk.get(self.address(reference))
        assert page.status_code == 200
        assert reference.entry in page.content.decode()
        response = desk.post(self.address(reference), NOTICE, follow=True)
        assert response.redirect_chain == [(change_page(reference), 302)]
        assert "Readers see the notice from now on." in text_of(response)
        assert "Retraction May 1, 2024 https://example.org/notice" in text_of(response)
        notice = Notice.objects.get()
        assert (notice.kind, notice.noticed_on) == ("retraction", date(2024, 5, 1))
        assert AuditEntry.objects.get(action="add notice").by == editor

    @pytest.mark.parametrize(
        ("field", "typed"),
        [
            ("kind", "rumour"), ("noticed_on", "May"), ("noticed_on", ""),
            ("source", "javascript:alert(1)"), ("source", ""),
            ("source", "https://example.org/" + "x" * 200), ("note", "x" * 501),
        ],
    )  # fmt: skip
    def test_that_are_wrong_are_refused_at_the_field(self, desk, field, typed):
        response = desk.post(self.address(make_reference()), {**NOTICE, field: typed})
        assert response.status_code == 200
        assert list(response.context["form"].errors) == [field]
        assert "Please correct what is marked below." in text_of(response)
        assert not Notice.objects.exists()

    def test_that_are_there_already_are_refused(self, desk):
        reference = make_reference()
        desk.post(self.address(reference), NOTICE)
        response = desk.post(self.address(reference), NOTICE)
        assert "has that notice already" in text_of(response)
        assert Notice.objects.count() == 1

    def test_on_a_reference_that_is_gone(self, desk):
        assert desk.get(f"{LIST}999/notices/add/").status_code == 404

    def test_are_taken_back_by_administrators(self, client, administrator):
        reference = make_reference()
        client.force_login(administrator)
        client.post(self.address(reference), NOTICE)
        page = client.get(change_page(reference)).content.decode()
        (address,) = re.findall(r'action="([^"]+/remove/)"', page)
        assert client.get(address).status_code == 405
        assert Notice.objects.exists()
        response = client.post(address, follow=True)
        assert "The notice is taken back." in text_of(response)
        assert not Notice.objects.exists()

    def test_of_another_reference_are_not_found(self, client, administrator):
        one, other = make_reference("one"), make_reference("other")
        client.force_login(administrator)
        client.post(self.address(one), NOTICE)
        notice = Notice.objects.get()
        response = client.post(f"{LIST}{other.pk}/notices/{notice.pk}/remove/")
        assert response.status_code == 404
        assert Notice.objects.exists()


class TestRoles:
    """Which doors are open, by role; nobody is shown a door that is shut."""

    @pytest.fixture
    def reference(self):
        return make_reference()

    @pytest.mark.parametrize(
        ("role", "may"),
        [
            ("administrator", "list add change delete notice remove"),
            ("editor", "list add change delete notice"),
            ("author", "list add change"),
            ("guest", "list change"),
        ],
    )
    def test_open_doors(self, client, request, reference, role, may):
        notice = add_notice(
            reference, by=publisher(), **{**NOTICE, "noticed_on": date(2024, 5, 1)}
        )
        client.force_login(request.getfixturevalue(role))
        answers = {
            "list": client.get(LIST),
            "add": client.get(ADD),
            "change": client.get(change_page(reference)),
            "delete": client.get(f"{LIST}{reference.pk}/delete/"),
            "notice": client.get(f"{LIST}{reference.pk}/notices/add/"),
            "remove": client.post(f"{LIST}{reference.pk}/notices/{notice.pk}/remove/"),
        }
        opened = [door for door, answer in answers.items() if answer.status_code != 403]
        assert opened == may.split()
        shown = answers["change"].content.decode()
        assert (f"{LIST}{reference.pk}/delete/" in shown) is ("delete" in may)
        assert ("/notices/add/" in shown) is ("notice" in may)
        assert ("/remove/" in shown) is ("remove" in may)

    def test_a_shut_door_changes_nothing(self, client, reference, author):
        client.force_login(author)
        for address, sent in (
            (f"{LIST}{reference.pk}/delete/", {"post": "yes"}),
            (f"{LIST}{reference.pk}/notices/add/", NOTICE),
        ):
            assert client.post(address, sent).status_code == 403
        assert Reference.objects.exists()
        assert not Notice.objects.exists()

    def test_who_may_only_look_changes_nothing(self, client, reference, guest):
        client.force_login(guest)
        page = client.get(change_page(reference))
        assert reference.entry in page.content.decode()
        assert "No page uses it, not even a draft." in text_of(page)
        sent = {"key": reference.key, "type": "book", "title": "T"}
        assert client.post(change_page(reference), sent).status_code == 403
        assert client.post(ADD, sent).status_code == 403
        assert list(Reference.objects.values_list("title")) == [(reference.title,)]

    def test_readers_are_sent_to_the_login(self, client, reference):
        for address in (LIST, ADD, change_page(reference)):
            response = client.get(address)
            assert response.status_code == 302
            assert "/login/" in response.url
        answer = client.post(f"{LIST}{reference.pk}/notices/add/", NOTICE)
        assert "/login/" in answer.url
        assert not Notice.objects.exists()


def test_the_filters_are_called_what_they_filter(desk):
    make_tag("Melanoma")
    reference = make_reference()
    add_notice(
        reference,
        kind="retraction",
        noticed_on=date(2024, 5, 1),
        source="https://example.org/notice",
        by=publisher(),
    )
    other = make_reference("other-2016")
    page = desk.get(LIST)
    titles = [spec.title for spec in page.context["cl"].filter_specs]
    assert titles == ["type", "kind of notice", "cited by", "topic", "year"]
    found = desk.get(LIST, {"notices__kind__exact": "retraction"}).context["cl"]
    assert list(found.result_list) == [reference]
    assert other not in found.result_list
