"""One article from its first draft to its end, through the pages that people use.

An author, a medical reviewer, an editor and a reader each have a browser of their own; nothing is done but
by forms and links. The story is one test, since each part needs what was before it.
"""

from __future__ import annotations

import html
import re
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse

from articles.models import Article
from glossary.models import Term
from immunosite.core.audit import AuditEntry
from immunosite.core.workflow import TRANSITIONS
from tests.factories import word_rows

pytestmark = pytest.mark.django_db
PAGE = "/articles/killer-cells/"
TERM = "/glossary/natural-killer-cell/"
SOURCE = "/references/doe-2024/"
TOPIC = "/topics/innate-immunity/"
BODY = """\
## What they do

Some natural killer cells find cells that hide [@doe-2024, p. 3].

## What is not known

Nobody knows yet how many are enough [@doe-2024].
"""


class Desk:
    """A browser in which a member of the staff is logged in."""

    def __init__(self, user) -> None:
        self.client = Client()
        self.client.force_login(user)

    def fill_in(self, address: str, button: str = "_continue", **typed):
        """Send the form of a page with some of its fields changed; where that leads."""
        page = self.client.get(address)
        assert page.status_code == 200, address
        form = page.context["adminform"].form
        sent = {button: "Save"}
        for field in form:
            value = field.value()
            if field.name == "words":
                sent |= word_rows(*(value or ()))
            elif isinstance(value, list):
                sent[field.html_name] = [str(getattr(one, "pk", one)) for one in value]
            elif value is True:
                sent[field.html_name] = "on"
            elif value not in (None, False):
                sent[field.html_name] = str(value)
        answer = self.client.post(address, {**sent, **typed}, follow=True)
        assert answer.status_code == 200
        shown = answer.context.get("adminform")
        assert not shown or not shown.form.errors, shown.form.errors
        return answer

    def step(self, page, name: str, **typed) -> list[str]:
        """Take the newest revision a step over the desk; what the page then tells."""
        model = page._meta
        address = reverse(
            f"admin:{model.app_label}_{model.model_name}_{name}",
            args=[page.pk, page.newest().number],
        )
        sent = {"csrfmiddlewaretoken": "as any browser sends one", **typed}
        answer = self.client.post(address, sent, follow=True)
        assert answer.status_code == 200
        return self.told(answer)

    def told(self, answer) -> list[str]:
        """The messages at the top of the page."""
        return [str(message) for message in answer.context["messages"]]

    def preview(self, text: str) -> str:
        """What the live preview shows beside the text."""
        answer = self.client.post("/admin/markdown/preview/", {"content": text})
        assert answer.status_code == 200
        return words_of(answer)


class Reader:
    """A browser of somebody who is not logged in."""

    def __init__(self) -> None:
        self.client = Client()

    def read(self, address: str, status: int = 200) -> str:
        answer = self.client.get(address)
        assert answer.status_code == status, address
        assert not answer.cookies
        return answer.content.decode()

    def places_of(self, path: str) -> set[str]:
        """Which of the site's lists lead to a page."""
        lists = ["/", "/articles/", "/glossary/", "/search/?q=killer", "/references/"]
        lists += [TOPIC, TERM, SOURCE]
        found = set()
        for address in lists:
            answer = self.client.get(address)
            if (
                answer.status_code == 200
                and f'href="{path}"' in answer.content.decode()
            ):
                found.add(address)
        for address in ("/feed.atom", "/sitemap.xml"):
            tree = ElementTree.fromstring(self.client.get(address).content)
            texts = [f"{node.text} {node.get('href', '')}" for node in tree.iter()]
            if any(f"http://testserver{path}" in text for text in texts):
                found.add(address)
        return found


def words_of(answer) -> str:
    plain = re.sub(r"<[^>]*>", "", answer.content.decode())
    return " ".join(html.unescape(plain).split())


@pytest.fixture
def writing(author):
    return Desk(author)


@pytest.fixture
def reviewing(reviewer):
    return Desk(reviewer)


@pytest.fixture
def editing(editor):
    return Desk(editor)


def test_an_article_from_its_first_draft_to_its_end(writing, reviewing, editing):
    reader = Reader()

    # An editor makes a topic; no reader sees it, for nothing is under it.
    editing.fill_in(
        "/admin/core/tag/add/", name="Innate immunity", slug="innate-immunity",
        kind="topic",
    )  # fmt: skip
    reader.read(TOPIC, 404)

    # The author writes, citing what nobody has entered yet.
    topic = str(_topic_key(writing))
    answer = writing.fill_in(
        "/admin/articles/article/add/", title="Killer cells", slug="killer-cells",
        summary="Cells that kill.", body=BODY.replace("\n", "\r\n"), tags=[topic],
    )  # fmt: skip
    article = Article.objects.get(slug="killer-cells")
    assert article.newest().body == BODY
    assert "Publish …" not in answer.content.decode()

    # The preview names the unknown key and its line, and so does the refusal.
    shown = writing.preview(BODY)
    assert "Line 3:" in shown
    assert "doe-2024" in shown
    assert "?doe-2024" in shown
    desk = reverse("admin:articles_article_change", args=[article.pk])
    told = editing.step(article, "publish", forced_reason="It is urgent.")
    assert told[0].startswith("Line 3: ")
    assert "doe-2024" in told[0]
    reader.read(PAGE, 404)
    assert reader.places_of(PAGE) == set()

    # The author enters the reference, and a word that needs a definition.
    writing.fill_in(
        "/admin/references/reference/add/", key="doe-2024", type="article-journal",
        title="A study of killers", authors="Doe, Jane", issued="2024",
        container="Journal of Examples", doi="10.1000/killers",
    )  # fmt: skip
    writing.fill_in(
        "/admin/glossary/term/add/", title="Natural killer cell",
        slug="natural-killer-cell", body="A cell that kills without being taught.",
        **word_rows(("plural", "natural killer cells")),
    )  # fmt: skip
    shown = writing.preview(BODY)
    assert "No reference has the key" not in shown
    assert "[1, p. 3]" in shown

    # The draft as a page shows the number; the word waits for its editor.
    number = article.newest().number
    address = reverse("admin:articles_article_preview", args=[article.pk, number])
    draft = writing.client.get(address).content.decode()
    assert 'id="cite-1-1"' in draft
    assert "word-natural-killer-cell" not in draft
    reader.read(PAGE, 404)
    reader.read(TERM, 404)

    # Nobody but the editor may publish, and not before somebody has looked at it.
    term = Term.objects.get(slug="natural-killer-cell")
    term_desk = reverse("admin:glossary_term_change", args=[term.pk])
    for page in (term, article):
        assert editing.step(page, "publish") == []
        assert writing.step(page, "submit") == ["Revision 1 waits for a review."]
    reader.read(PAGE, 404)

    # The reviewer sends one back, signs the article off, and the editor publishes both.
    changes = {"verdict": "changes requested", "note": "Say which cells they kill."}
    assert reviewing.step(term, "review", **changes)
    assert "Say which cells they kill." in words_of(writing.client.get(term_desk))
    writing.fill_in(term_desk, body="A cell that kills without being taught.\n\nMore.")
    writing.step(term, "submit")
    reviewing.step(term, "review", verdict="approved")
    reviewing.step(article, "review", verdict="approved", is_sign_off="on")
    reader.read(PAGE, 404)
    for page in (term, article):
        assert editing.step(page, "publish")[-1].endswith("is live.")

    # The reader gets the whole page.
    page = reader.read(PAGE)
    assert "<h1>Killer cells</h1>" in page
    assert "by R. Viewer, a test, MD" in page
    assert re.search(r"hide\s*<sup class=\"cite\">.*href=\"#ref-1\".*, p. 3", page)
    assert '<li id="ref-1" value="1">' in page
    assert "A study of killers" in page
    assert 'href="https://doi.org/10.1000/killers"' in page
    assert re.search(
        r'href="#word-natural-killer-cell"[^>]*>natural killer cells<', page
    )
    assert "A cell that kills without being taught." in page
    assert f'href="{TOPIC}"' in page
    assert '<a href="#what-they-do">What they do</a>' in page
    everywhere = {
        "/", "/articles/", "/search/?q=killer", TOPIC, TERM, SOURCE, "/feed.atom",
        "/sitemap.xml",
    }  # fmt: skip
    assert reader.places_of(PAGE) == everywhere
    assert "<mark>killer</mark>" in reader.read("/search/?q=killer").lower()

    # A better definition shows at once on the page, which nobody touched.
    before = article.live_revision()
    editing.fill_in(term_desk, body="A white blood cell that needs no lesson.")
    assert editing.step(term, "publish", forced_reason="An error was found.")
    page = reader.read(PAGE)
    assert "A white blood cell that needs no lesson." in page
    assert "without being taught" not in page
    assert article.live_revision() == before
    assert "without being taught" not in reader.read("/search/?q=killer")

    # A retraction of the source shows at once, too.
    reference = reader.client.get(SOURCE).context["reference"]
    address = reverse("admin:references_reference_add_notice", args=[reference.pk])
    notice = {"kind": "retraction", "noticed_on": "2025-01-31"}
    answer = editing.client.post(address, {**notice, "source": "https://example.org/n"})
    assert answer.status_code == 302
    assert "Retraction" in reader.read(PAGE)

    # The author's next draft is for nobody but the staff.
    writing.fill_in(desk, title="Secret title", body=BODY + "\nA secret sentence.\n")
    assert "ecret" not in reader.read(PAGE)
    assert "ecret" not in reader.read("/search/?q=secret").replace(
        "“secret”", ""
    ).replace('value="secret"', "").replace("<title>secret", "")

    # Another address: the old one leads to it.
    editing.fill_in(desk, slug="cells-that-kill")
    answer = reader.client.get(PAGE)
    assert (answer.status_code, answer["Location"]) == (
        301,
        "/articles/cells-that-kill/",
    )
    assert "/search/?q=killer" in reader.places_of("/articles/cells-that-kill/")

    # The editor takes the page down: it is gone, under both addresses and everywhere.
    address = reverse("admin:articles_article_withdraw", args=[article.pk])
    assert "Withdraw" in words_of(editing.client.get(address))
    answer = editing.client.post(
        address,
        {"withdrawn_as": "gone", "reason": "The source is retracted."},
        follow=True,
    )
    assert editing.told(answer) == ["“Secret title” is withdrawn from the site."]
    for path in (PAGE, "/articles/cells-that-kill/"):
        gone = reader.read(path, 410)
        assert "Killer cells" in gone
        assert "hide" not in gone
        assert reader.places_of(path) == set()
    reader.read(TOPIC, 404)
    assert "Killer cells" not in reader.read(TERM)

    # What else was public stays so, and the record tells the story.
    assert "needs no lesson" in reader.read(TERM)
    assert "Retraction" in reader.read(SOURCE)
    deeds = AuditEntry.objects.order_by("pk").values_list("action", "by__username")
    steps = {*TRANSITIONS, "publish", "withdraw", "rename"}
    story = [deed for deed in deeds if deed[0] in steps]
    assert story == [
        ("submit", "author"), ("submit", "author"), ("request changes", "reviewer"),
        ("submit", "author"), ("approve", "reviewer"), ("approve", "reviewer"),
        ("publish", "editor"), ("publish", "editor"), ("publish", "editor"),
        ("rename", "editor"), ("withdraw", "editor"),
    ]  # fmt: skip


def _topic_key(desk: Desk) -> int:
    """The topic as the author finds it by typing in the form."""
    answer = desk.client.get(
        "/admin/autocomplete/",
        {
            "term": "innate", "app_label": "articles", "model_name": "articletag",
            "field_name": "tag",
        },
    )  # fmt: skip
    (found,) = answer.json()["results"]
    return found["id"]
