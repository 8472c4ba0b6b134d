"""The rows of a term's words, by keyboard alone, and without JavaScript."""

from __future__ import annotations

import pytest

from glossary.models import Term

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADD = "/admin/glossary/term/add/"


def words_of(slug: str) -> list[tuple[str, str, str]]:
    newest = Term.objects.get(slug=slug).newest()
    return list(newest.forms.values_list("kind", "text", "case"))


def save(tab) -> None:
    tab.get_by_role("button", name="Save draft", exact=True).click()
    tab.get_by_text("successfully").wait_for()


def test_words_are_added_and_taken_away_by_keyboard(site, log_in):
    tab = log_in("author", ADD)
    tab.get_by_label("Headword").first.press_sequentially("Node")
    tab.get_by_role("textbox", name="Word", exact=True).focus()
    tab.keyboard.type("nodes")
    tab.keyboard.press("Enter")
    # A new row has the focus and nothing was sent.
    tab.keyboard.press("Shift+Tab")
    tab.keyboard.type("Abb")
    tab.keyboard.press("Tab")
    tab.keyboard.type("ND")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")  # opens the rules
    tab.keyboard.press("Tab")
    tab.keyboard.type("In any")
    tab.get_by_role("button", name="Add a word").focus()
    tab.keyboard.press("Enter")
    tab.keyboard.type("wrong")
    assert tab.get_by_role("textbox", name="Word", exact=True).count() == 3
    tab.get_by_role("group", name="wrong").get_by_text("Remove").focus()
    tab.keyboard.press("Enter")
    assert tab.locator("input.row-word:visible").count() == 2
    assert tab.evaluate("document.activeElement.value") == "ND"
    save(tab)
    assert words_of("node") == [
        ("headword", "Node", ""), ("plural", "nodes", ""), ("abbreviation", "ND", "any"),
    ]  # fmt: skip


def test_a_suggestion_is_added_when_it_is_ticked(site, log_in):
    tab = log_in("author", ADD)
    tab.get_by_label("Headword").first.press_sequentially("Tumor")
    save(tab)
    tab.get_by_label("Tumors (plural)").check()
    save(tab)
    assert words_of("tumor")[1:] == [("plural", "Tumors", "")]
    assert not tab.get_by_label("Tumors (plural)").is_visible()
    assert tab.get_by_label("Tumour (other spelling)").is_visible()


def test_a_list_is_pasted_into_rows(site, log_in):
    tab = log_in("author", ADD)
    tab.get_by_role("textbox", name="Word", exact=True).focus()
    tab.evaluate(
        """() => {
          const data = new DataTransfer();
          data.setData("text", "one\\n two\\n\\nthree\\n");
          document.activeElement.dispatchEvent(
            new ClipboardEvent("paste", { clipboardData: data, bubbles: true,
                                          cancelable: true }));
        }"""
    )
    words = tab.locator("input.row-word:visible")
    values = [words.nth(index).input_value() for index in range(words.count())]
    assert [value for value in values if value] == ["one", "two", "three"]


def test_rows_that_were_added_come_back_after_a_crash(site, log_in, open_tab):
    crashed = log_in("author", ADD)
    crashed.get_by_role("textbox", name="Word", exact=True).fill("one")
    for word in ("two", "three", "four", "five"):
        crashed.get_by_role("button", name="Add a word").click()
        crashed.keyboard.type(word)
    crashed.get_by_role("group", name="five").get_by_text("Rules").click()
    crashed.get_by_role("group", name="five").get_by_label("Only a").check()
    crashed.wait_for_function(
        '() => Object.values(localStorage).some(kept => /five.*-marked":"on/.test(kept))'
    )
    crashed.close(run_before_unload=False)
    tab = open_tab(ADD, context=crashed.context)
    tab.get_by_role("button", name="Restore it").click()
    words = tab.locator("input.row-word:visible")
    values = [words.nth(index).input_value() for index in range(words.count())]
    assert [value for value in values if value] == [
        "one",
        "two",
        "three",
        "four",
        "five",
    ]
    last = tab.get_by_role("group", name="five")
    last.get_by_text("Rules").click()
    assert last.get_by_label("Only a").is_checked()
