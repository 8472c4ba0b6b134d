"""Authors and editors at work in the admin, in a real Chromium."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image

from .conftest import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADD = "/admin/articles/article/add/"
BODY = "## Hope\n\nCytokines help [@larkin-2015], see [@nobody-1999]."


def picture() -> list[int]:
    """The bytes of a small PNG."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(out, "PNG")
    return list(out.getvalue())


DROP = """(editor, [bytes, name, type]) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], name, { type }));
  editor.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true }));
}"""


def _prose(tab) -> str:
    return tab.locator(".prose").inner_html().strip()


def test_an_editor_writes_previews_and_publishes(site, log_in):
    tab = log_in("editor", ADD)
    tab.get_by_label("Title").press_sequentially("A new hope")
    assert tab.get_by_label("Slug").input_value() == "a-new-hope"
    tab.get_by_label("Summary").fill("What is new.")
    tab.get_by_label("Body").fill(BODY)
    preview = tab.locator(".markdownx-preview")
    preview.get_by_text("No reference has the key “nobody-1999”").wait_for()
    assert "Line 3:" in preview.inner_text()
    assert preview.locator("a.term").inner_text() == "Cytokines"
    tab.get_by_label("Body").fill(BODY.replace(", see [@nobody-1999]", ""))
    preview.locator("[data-check=citations].check-ok").wait_for()
    written = preview.locator(".prose").inner_html()
    tab.get_by_role("button", name="Save draft", exact=True).click()
    tab.get_by_role("link", name="Publish …").click()
    tab.get_by_label("Reason to publish without an approval").fill("The first page.")
    tab.get_by_role("button", name="Publish", exact=True).click()
    tab.get_by_text("“A new hope” is live.").wait_for()
    tab.get_by_role("link", name="See it live").click()
    assert tab.get_by_role("heading", level=1).inner_text() == "A new hope"
    # What the script of the words adds is no part of the page.
    shown = re.sub(r' aria-(?:haspopup|expanded|describedby)="[^"]*"', "", _prose(tab))
    assert shown == written.strip()


def test_what_blocks_a_publish_is_told_and_the_draft_is_kept(site, log_in):
    tab = log_in("editor", ADD)
    tab.get_by_label("Title").fill("Half done")
    tab.get_by_label("Body").fill(BODY)
    tab.get_by_role("button", name="Save draft", exact=True).click()
    tab.get_by_role("link", name="Publish …").click()
    tab.get_by_label("Reason to publish without an approval").fill("The first page.")
    tab.get_by_role("button", name="Publish", exact=True).click()
    told = tab.locator(".messagelist")
    told.get_by_text("The summary is missing.").wait_for()
    assert "nobody-1999" in told.inner_text()
    tab.get_by_role("link", name="Cancel").click()
    assert tab.get_by_label("Body").input_value() == BODY


def test_an_author_cannot_publish(site, log_in):
    tab = log_in("author", ADD)
    assert tab.get_by_role("button", name="Save draft", exact=True).is_visible()
    assert tab.get_by_role("link", name="Publish …").count() == 0


def test_the_second_of_two_editors_loses_nothing(site, log_in, open_tab):
    first = log_in("editor", "/admin/articles/article/")
    first.get_by_role("link", name="Melanoma", exact=True).click()
    second = open_tab(first.url, context=first.context)
    first.get_by_label("Body").fill("Theirs came first.")
    first.get_by_role("button", name="Save draft", exact=True).click()
    first.get_by_text("was changed successfully").wait_for()
    second.get_by_label("Body").fill("Mine came second.")
    second.get_by_role("button", name="Save draft", exact=True).click()
    conflict = second.get_by_role("region", name="Two texts")
    theirs = conflict.locator("#theirs-body")
    assert theirs.input_value() == "Theirs came first."
    assert conflict.locator("#yours-body").input_value() == "Mine came second."
    assert second.get_by_label("Body").last.input_value() == "Mine came second."
    second.get_by_role("button", name="Save draft", exact=True).click()
    second.get_by_text("was changed successfully").wait_for()


def test_the_draft_is_previewed_as_the_public_page(site, log_in, open_tab, live_server):
    tab = log_in("editor", "/admin/articles/article/")
    tab.get_by_role("link", name="Melanoma", exact=True).click()
    tab.get_by_label("Body").fill("## Unpublished words\n\nOn T cells.")
    tab.get_by_role("button", name="Save draft and preview").click()
    tab.get_by_role("heading", name="Unpublished words").wait_for()
    tab.locator("a.term").click()
    assert tab.locator("#definition-t-cell").is_visible()
    reader = open_tab("/articles/melanoma/")
    assert reader.get_by_text("Unpublished words").count() == 0


def test_history_restores_an_old_revision_as_a_draft(site, log_in):
    tab = log_in("editor", "/admin/articles/article/")
    tab.get_by_role("link", name="Melanoma", exact=True).click()
    tab.get_by_label("Body").fill("Quite other words.")
    tab.get_by_role("button", name="Save draft", exact=True).click()
    tab.get_by_role("link", name="History").click()
    tab.get_by_role("button", name="Restore revision 1").click()
    tab.get_by_text("Revision 1 is restored as a new draft.").wait_for()
    assert "What it is" in tab.get_by_label("Body").input_value()


def test_withdrawing_asks_why_and_readers_see_that_it_is_gone(site, log_in):
    tab = log_in("editor", "/admin/articles/article/")
    tab.get_by_role("link", name="Melanoma", exact=True).click()
    tab.get_by_role("link", name="Withdraw").click()
    tab.get_by_label("Reason", exact=False).last.fill("Out of date.")
    tab.get_by_role("button", name="Withdraw").click()
    tab.get_by_text("is withdrawn from the site.").wait_for()
    tab.goto("/articles/melanoma/")
    assert "no longer available" in tab.get_by_role("heading", level=1).inner_text()


def test_tab_leaves_the_markdown_editor(site, log_in):
    tab = log_in("editor", ADD)
    body = tab.get_by_label("Body")
    body.focus()
    tab.keyboard.press("Tab")
    assert body.input_value() == ""
    assert not body.evaluate("body => body === document.activeElement")


def test_a_dropped_picture_is_kept_and_shown(site, log_in):
    tab = log_in("editor", ADD)
    body = tab.get_by_label("Body")
    body.evaluate(DROP, [picture(), "x.png", "image/png"])
    tab.locator(".markdownx-preview img").wait_for()
    assert body.input_value().startswith("![Describe this image](/media/")
    assert "no description" in tab.locator(".markdownx-preview").inner_text()


def test_a_file_that_is_no_picture_is_refused_and_the_text_stays(site, log_in):
    tab = log_in("editor", ADD)
    body = tab.get_by_label("Body")
    body.fill("Words.")
    body.evaluate(DROP, [list(b"<script>"), "evil.html", "image/gif"])
    tab.get_by_text("The picture was not kept.").wait_for()
    assert "This is not a picture" in tab.get_by_role("alert").inner_text()
    assert body.input_value() == "Words."


def test_a_picture_can_be_chosen_without_a_mouse(site, log_in):
    tab = log_in("editor", ADD)
    file = {"name": "x.png", "mimeType": "image/png", "buffer": bytes(picture())}
    tab.get_by_label("Add a picture").set_input_files(file)
    tab.locator(".markdownx-preview img").wait_for()
    assert "/media/" in tab.get_by_label("Body").input_value()


def test_a_problem_leads_to_its_line(site, log_in):
    tab = log_in("editor", ADD)
    body = tab.get_by_label("Body")
    body.fill(BODY)
    tab.get_by_role("button", name="line 3").click()
    chosen = "body => body.value.slice(body.selectionStart, body.selectionEnd)"
    assert body.evaluate(chosen) == BODY.split("\n")[2]
    assert body.evaluate("body => body === document.activeElement")


def test_words_that_are_not_saved_are_not_left_without_a_question(site, log_in):
    tab = log_in("editor", ADD)
    asked = []
    tab.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    tab.get_by_label("Body").press_sequentially("Words.")
    tab.goto("/admin/")
    assert asked == ["beforeunload"]
    tab.goto(ADD)
    tab.get_by_label("Title").press_sequentially("Kept")
    tab.get_by_role("button", name="Save draft", exact=True).click()
    tab.get_by_text("was added successfully").wait_for()
    assert asked == ["beforeunload"]


def test_links_of_the_preview_leave_the_text_alone(site, log_in):
    tab = log_in("editor", ADD)
    tab.get_by_label("Body").fill("See [more](article:more).")
    link = tab.locator(".markdownx-preview").get_by_role("link", name="more")
    link.wait_for()
    with tab.context.expect_page() as other:
        link.click()
    other.value.wait_for_url("**/articles/more/")
    assert tab.get_by_label("Body").input_value() == "See [more](article:more)."


# Where panes stand: [text, preview], each as (scrolled, most that it can be).
PLACES = """() => [...document.querySelectorAll(".markdownx-editor, .markdownx-preview")]
  .map((pane) => [pane.scrollTop, pane.scrollHeight - pane.clientHeight])"""
# How far below the top of its pane (in the preview, below the checklist) the third
# paragraph begins: [text, preview].
THIRD = """() => {
  const words = "Paragraph 3 says";
  const editor = document.querySelector(".markdownx-editor");
  const before = editor.value.slice(0, editor.value.indexOf(words)).split("\\n");
  const line = parseFloat(getComputedStyle(editor).lineHeight);
  const preview = document.querySelector(".markdownx-preview");
  const shown = [...preview.querySelectorAll("p")].find((p) =>
    p.textContent.startsWith(words));
  const checklist = preview.querySelector(".checklist");
  const top = checklist?.getBoundingClientRect().bottom
    ?? preview.getBoundingClientRect().top;
  const below = shown.getBoundingClientRect().top - top;
  return [(before.length - 1) * line - editor.scrollTop, below];
}"""


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
class TestScrollingInStep:
    @pytest.fixture
    def tab(self, site, log_in, viewport):
        tab = log_in("editor", "/admin/articles/article/", viewport=viewport)
        tab.get_by_role("link", name="Melanoma", exact=True).click()
        tab.locator(".markdownx-preview").get_by_text("Paragraph 19").wait_for()
        return tab

    def turn(self, tab, pane: str, amount: int) -> None:
        tab.locator(pane).scroll_into_view_if_needed()
        tab.locator(pane).hover()
        tab.mouse.wheel(0, amount)

    def await_places(self, tab, condition: str) -> None:
        tab.wait_for_function(
            f"() => {{ const p = ({PLACES})(); return {condition}; }}"
        )

    @pytest.mark.parametrize("pane", [".markdownx-editor", ".markdownx-preview"])
    def test_both_come_to_their_end_and_back(self, tab, pane):
        ends = "p.every(([at, most]) => most > 0 && at > most - 2)"
        self.turn(tab, pane, 20_000)
        self.await_places(tab, ends)
        self.turn(tab, pane, -20_000)
        self.await_places(tab, "p.every(([at]) => at === 0)")


def test_the_same_paragraph_is_at_the_top_of_text_and_preview(site, log_in):
    # So wide that no line of the text is wrapped.
    wide = {"width": 1600, "height": 900}
    tab = log_in("editor", "/admin/articles/article/", viewport=wide)
    tab.get_by_role("link", name="Melanoma", exact=True).click()
    tab.locator(".markdownx-preview").get_by_text("Paragraph 19").wait_for()
    below, _ = tab.evaluate(THIRD)
    tab.locator(".markdownx-editor").scroll_into_view_if_needed()
    tab.locator(".markdownx-editor").hover()
    tab.mouse.wheel(0, int(below))
    tab.wait_for_function(f"() => ({THIRD})().every((at) => Math.abs(at) < 10)")


def test_an_editor_works_on_a_phone(site, log_in):
    tab = log_in("editor", "/admin/articles/article/", viewport=PHONE)

    def fits() -> bool:
        width = tab.evaluate("document.documentElement.scrollWidth")
        return width <= PHONE["width"]

    tab.get_by_role("link", name="Melanoma", exact=True).click()
    tab.get_by_label("Body").fill(BODY)
    tab.get_by_role("button", name="line 3").wait_for()
    assert fits()
    tab.get_by_role("button", name="Save draft", exact=True).click()
    tab.get_by_text("was changed successfully").wait_for()
    tab.get_by_role("link", name="History").click()
    restore = tab.get_by_role("button", name="Restore revision 1")
    restore.wait_for()
    assert fits()
    restore.click()
    tab.get_by_text("is restored as a new draft").wait_for()
    tab.get_by_role("link", name="Withdraw").click()
    tab.get_by_label("Reason").wait_for()
    assert fits()


def test_a_list_says_when_nothing_is_found_and_shows_all_again(site, log_in):
    tab = log_in("editor", "/admin/articles/article/")
    tab.get_by_label("Search").fill("no such words")
    tab.get_by_role("button", name="Search").click()
    tab.get_by_text("Nothing matches.").wait_for()
    tab.get_by_role("link", name="Show all articles").click()
    tab.get_by_role("link", name="Melanoma", exact=True).wait_for()


def test_the_admin_is_no_wider_than_a_phone(site, log_in):
    tab = log_in("editor", viewport=PHONE)
    for path in [
        "/admin/",
        "/admin/articles/article/",
        ADD,
        "/admin/glossary/term/add/",
        "/admin/references/reference/add/",
        "/admin/core/tag/",
    ]:
        tab.goto(path)
        width = tab.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"], path
