"""A word's definition beside the word: by pointer, by keyboard, by touch, by a jump; and
word links that a reader turns off."""

from __future__ import annotations

import pytest

from .conftest import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ARTICLE = "/articles/melanoma/"
NO_POPOVERS = "delete HTMLElement.prototype.showPopover;"


def has_focus(locator) -> bool:
    return locator.evaluate("element => element === document.activeElement")


def focused(tab) -> str:
    return tab.evaluate("document.activeElement.textContent.trim()")


@pytest.fixture
def tab(site, open_tab):
    return open_tab(ARTICLE, viewport=DESK)


@pytest.fixture
def word(tab):
    return tab.locator("a.term", has_text="cytokines")


@pytest.fixture
def box(tab):
    return tab.locator("#definition-cytokine")


class TestByPointer:
    def test_opens_while_the_pointer_is_on_the_word(self, tab, word, box):
        word.hover()
        box.wait_for(state="visible")
        assert has_focus(tab.locator("body"))
        tab.mouse.move(5, 5)
        box.wait_for(state="hidden")

    def test_stays_while_the_pointer_is_on_it(self, tab, word, box):
        word.hover()
        box.wait_for(state="visible")
        box.get_by_text("A protein").hover()
        tab.wait_for_timeout(600)
        assert box.is_visible()
        tab.mouse.move(5, 5)
        box.wait_for(state="hidden")

    def test_escape_dismisses_it_with_the_pointer_where_it_is(self, tab, word, box):
        word.hover()
        box.wait_for(state="visible")
        tab.keyboard.press("Escape")
        assert not box.is_visible()
        tab.wait_for_timeout(600)
        assert not box.is_visible()

    def test_a_click_keeps_it_open_when_the_pointer_leaves(self, tab, word, box):
        word.hover()
        box.wait_for(state="visible")
        word.click()
        tab.mouse.move(5, 5)
        tab.wait_for_timeout(600)
        assert box.is_visible()
        assert has_focus(box)

    def test_another_word_does_not_take_its_place_while_one_stays(self, tab, word, box):
        word.click()
        tab.locator("a.term", has_text="T cells").hover()
        tab.wait_for_timeout(600)
        assert box.is_visible()

    def test_a_second_click_closes_it(self, word, box):
        word.click()
        assert box.is_visible()
        word.click()
        box.wait_for(state="hidden")


class TestByKeyboard:
    @pytest.fixture(autouse=True)
    def reached(self, tab, word):
        """Tab to the word, as one who has no pointer does."""
        tab.locator("a.term", has_text="T cells").focus()
        tab.keyboard.press("Tab")
        assert has_focus(word)

    def test_opens_when_the_word_has_the_focus_and_closes_when_it_goes_on(
        self, tab, word, box
    ):
        assert box.is_visible()
        assert word.get_attribute("aria-expanded") == "true"
        tab.keyboard.press("Tab")
        assert not box.is_visible()
        assert word.get_attribute("aria-expanded") == "false"
        assert focused(tab) == "1"  # the citation that follows

    def test_escape_closes_it_and_the_focus_stays(self, tab, word, box):
        tab.keyboard.press("Escape")
        assert not box.is_visible()
        assert has_focus(word)

    def test_enter_leads_into_it_and_escape_back(self, tab, word, box):
        tab.keyboard.press("Enter")
        assert has_focus(box)
        tab.keyboard.press("Tab")
        assert focused(tab) == "More about Cytokine"
        tab.keyboard.press("Escape")
        assert has_focus(word)
        tab.wait_for_timeout(400)
        assert not box.is_visible()

    def test_who_tabs_out_of_it_goes_on_in_the_text(self, tab, box):
        tab.keyboard.press("Enter")
        for expected in ("More about Cytokine", "Close", "1"):
            tab.keyboard.press("Tab")
            assert focused(tab) == expected
        assert not box.is_visible()

    def test_shift_and_tab_lead_back_to_the_word(self, tab, word, box):
        tab.keyboard.press("Enter")
        tab.keyboard.press("Shift+Tab")
        assert has_focus(word)
        assert not box.is_visible()

    def test_close_leads_back_to_the_word(self, tab, word):
        tab.keyboard.press("Enter")
        tab.keyboard.press("Tab")
        tab.keyboard.press("Tab")
        tab.keyboard.press("Enter")
        tab.wait_for_function("document.activeElement.matches('a.term')")
        assert has_focus(word)


class TestForAScreenReader:
    def test_a_word_is_a_link_that_opens_a_dialog_and_says_what_it_means(self, word):
        assert word.get_attribute("aria-haspopup") == "dialog"
        described = word.get_attribute("aria-describedby")
        page = word.page
        assert (
            page.locator(f"[id='{described}']").text_content().startswith("A protein")
        )

    def test_the_dialog_has_the_name_of_the_word(self, tab, word):
        word.click()
        dialog = tab.get_by_role("dialog", name="Cytokine", exact=True)
        assert has_focus(dialog)


class TestByTouch:
    @pytest.fixture
    def tab(self, site, open_tab):
        return open_tab(ARTICLE, viewport=PHONE, has_touch=True)

    def test_a_tap_opens_it_and_a_tap_elsewhere_closes_it(self, tab, word, box):
        word.tap()
        assert box.is_visible()
        tab.locator("h1").tap()
        box.wait_for(state="hidden")

    def test_a_second_tap_closes_it(self, word, box):
        word.tap()
        assert box.is_visible()
        word.tap()
        box.wait_for(state="hidden")


@pytest.mark.parametrize("how", ["no JavaScript", "no popovers"])
def test_without_it_a_word_leads_to_its_definition_and_back(site, open_tab, how):
    tab = open_tab("/", java_script_enabled=how == "no popovers")
    tab.context.add_init_script(NO_POPOVERS)
    tab.goto(ARTICLE)
    tab.locator("a.term", has_text="cytokines").click()
    assert tab.url.endswith("#word-cytokine")
    assert tab.get_by_text("A protein that carries signals").is_visible()
    tab.get_by_role("link", name="Back to the text", exact=True).click()
    assert tab.url.endswith("#mention-cytokine")


class TestWordLinks:
    def test_that_are_off_are_plain_text(self, tab, word, box):
        tab.get_by_role("button", name="Turn word links off").click()
        assert tab.get_by_role("link", name="cytokines").count() == 0
        assert word.evaluate("word => getComputedStyle(word).textDecorationLine") == (
            "none"
        )
        word.hover()
        word.click()
        tab.wait_for_timeout(600)
        assert not box.is_visible()
        assert not [
            name
            for name in word.evaluate("word => word.getAttributeNames()")
            if name.startswith("aria") or name == "href"
        ]

    def test_that_are_off_are_no_stop_of_the_keyboard(self, tab):
        tab.get_by_role("button", name="Turn word links off").click()
        words = tab.locator("a.term").all_text_contents()
        met = []
        for _ in range(10):
            tab.keyboard.press("Tab")
            met.append(focused(tab))
        assert not set(words) & set(met)

    def test_stay_off_on_this_device_and_come_back(self, tab, word, box):
        tab.get_by_role("button", name="Turn word links off").click()
        assert tab.get_by_text("Word links are off.").count() == 1
        tab.goto("/glossary/cytokine/")
        tab.goto(ARTICLE)
        tab.reload()
        assert word.get_attribute("href") is None
        tab.get_by_role("button", name="Turn word links on").click()
        word.click()
        assert box.is_visible()

    def test_are_off_before_anything_is_seen(self, site, open_tab):
        tab = open_tab(ARTICLE)
        tab.get_by_role("button", name="Turn word links off").click()
        # The script that takes the links out comes last; here it never comes.
        tab.route("**/words.js", lambda route: route.fulfill(body=""))
        tab.goto(ARTICLE)
        word = tab.locator("a.term").first
        assert word.evaluate("word => getComputedStyle(word).textDecorationLine") == (
            "none"
        )

    def test_leave_the_list_of_words_as_it_is(self, tab):
        tab.get_by_role("button", name="Turn word links off").click()
        tab.get_by_role("button", name="Cytokine").click()
        assert tab.get_by_text("A protein that carries signals").is_visible()

    def test_have_no_switch_without_javascript(self, site, open_tab):
        tab = open_tab(ARTICLE, java_script_enabled=False)
        assert tab.get_by_role("button", name="Turn word links off").count() == 0
