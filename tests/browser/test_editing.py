"""Authors and editors at work in the admin, in a real Chromium."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from .conftest import PHONE

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


def test_an_editor_writes_previews_and_publishes(site, log_in):
    tab = log_in("editor", ADD)
    tab.get_by_label("Title").press_sequentially("A new hope")
    assert tab.get_by_label("Slug").input_value() == "a-new-hope"
    tab.get_by_label("Summary").fill("What is new.")
    tab.get_by_label("Body").fill(BODY)
    preview = tab.locator(".markdownx-preview")
    preview.get_by_text("No reference has the key “nobody-1999”").wait_for()
    assert "line 3" in preview.inner_text()
    assert preview.locator("a.term").inner_text() == "Cytokines"
    tab.get_by_label("Body").fill(BODY.replace(", see [@nobody-1999]", ""))
    preview.locator(".preview-problems").wait_for(state="detached")
    written = preview.locator(".prose").inner_html()
    tab.get_by_role("button", name="Save and publish").click()
    tab.get_by_text("“A new hope” is live.").wait_for()
    tab.get_by_role("link", name="See it live").click()
    assert tab.get_by_role("heading", level=1).inner_text() == "A new hope"
    assert tab.locator(".prose").inner_html().strip() == written.strip()


def test_what_blocks_a_publish_is_told_and_the_draft_is_kept(site, log_in):
    tab = log_in("editor", ADD)
    tab.get_by_label("Title").fill("Half done")
    tab.get_by_label("Body").fill(BODY)
    tab.get_by_role("button", name="Save and publish").click()
    tab.get_by_text("The summary is missing.").wait_for()
    assert "nobody-1999" in tab.locator(".messagelist").inner_text()
    assert tab.get_by_label("Body").input_value() == BODY


def test_an_author_cannot_publish(site, log_in):
    tab = log_in("author", ADD)
    assert tab.get_by_role("button", name="Save draft", exact=True).is_visible()
    assert tab.get_by_role("button", name="Save and publish").count() == 0


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
    assert tab.get_by_role("heading", name="Unpublished words").is_visible()
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
    tab.get_by_label("Reason").fill("Out of date.")
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
