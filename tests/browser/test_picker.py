"""The editor's picker, by keyboard alone and by mouse."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHORTCUT = "Control+Shift+Space"


@pytest.fixture
def editor_of(site, log_in):
    """A new article with a text, the caret behind it."""

    def editor_of(text: str, **options):
        tab = log_in("author", "/admin/articles/article/add/", **options)
        body = tab.get_by_label("Body")
        body.fill(text)
        body.press("Control+End")
        return tab, body

    return editor_of


def field(tab):
    return tab.get_by_role("combobox", name="Find a source or term")


def options(tab):
    return tab.get_by_role("listbox", name="Sources and terms").get_by_role("option")


def has_focus(locator) -> bool:
    return locator.evaluate("node => node === document.activeElement")


def caret(body) -> int:
    return body.evaluate("node => node.selectionStart")


def test_a_source_is_found_inserted_and_taken_back_by_keyboard(editor_of):
    tab, body = editor_of("Some hope ")
    body.press(SHORTCUT)
    assert has_focus(field(tab))
    tab.keyboard.type("lark p. 3")
    options(tab).first.wait_for()
    chosen = field(tab).get_attribute("aria-activedescendant")
    assert options(tab).first.get_attribute("id") == chosen
    tab.keyboard.press("Enter")
    assert body.input_value() == "Some hope [@larkin-2015, p. 3]"
    assert has_focus(body)
    assert caret(body) == len(body.input_value())
    assert not field(tab).is_visible()
    tab.keyboard.press("Control+z")
    assert body.input_value() == "Some hope "


def test_arrows_choose_and_escape_leads_back_to_the_text(editor_of):
    tab, body = editor_of("Words")
    body.press(SHORTCUT)
    tab.keyboard.type("e")
    options(tab).nth(2).wait_for()
    tab.keyboard.press("ArrowDown")
    assert options(tab).nth(1).get_attribute("aria-selected") == "true"
    tab.keyboard.press("ArrowUp")
    tab.keyboard.press("ArrowUp")
    assert options(tab).nth(2).get_attribute("aria-selected") == "true"
    tab.keyboard.press("Escape")
    assert has_focus(body)
    assert (body.input_value(), caret(body)) == ("Words", 5)


def test_an_open_mark_offers_what_fits_and_leaves_every_key_to_the_text(editor_of):
    tab, body = editor_of("Words ")
    tab.keyboard.type("[[cytok")
    options(tab).first.wait_for()
    assert has_focus(body)
    tab.keyboard.press("Tab")
    assert has_focus(field(tab))
    tab.keyboard.press("Enter")
    assert body.input_value() == "Words [[Cytokine]]"
    tab.keyboard.type(" and [@lark")
    options(tab).first.wait_for()
    tab.keyboard.press("Escape")
    assert not field(tab).is_visible()
    tab.keyboard.type("in-2015]")
    assert body.input_value().endswith(" and [@larkin-2015]")
    assert not field(tab).is_visible()


def test_selected_words_are_linked_and_the_preview_follows(editor_of):
    tab, body = editor_of("Small messengers")
    body.evaluate("node => node.setSelectionRange(6, 16)")
    tab.get_by_role("button", name="Insert a source or term").click()
    field(tab).fill("cytokine")
    options(tab).first.click()
    assert body.input_value() == "Small [[Cytokine|messengers]]"
    tab.get_by_role("region", name="Preview").get_by_role(
        "link", name="messengers"
    ).wait_for()


def test_says_when_nothing_is_found(editor_of):
    tab, body = editor_of("")
    body.press(SHORTCUT)
    tab.keyboard.type("nothing like it")
    tab.get_by_role("status").get_by_text("Nothing found.").wait_for()
    tab.keyboard.press("Enter")
    assert has_focus(field(tab))
    assert body.input_value() == ""
