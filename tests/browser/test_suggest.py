"""The box of the glossary that suggests words: by keyboard, by touch, without JavaScript,
and where the network fails."""

from __future__ import annotations

import pytest

from tests.factories import make_term

from .conftest import DESK, PHONE
from .test_accessibility import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# What a reader may do while an answer is still on its way.
ANSWER = "**/glossary/suggest?**"


@pytest.fixture
def words(site):
    """Beside the site's Cytokine and T cell."""
    make_term("Cyst", "A sac with <b>fluid</b> in it.")
    make_term(
        "Programmed cell death protein 1", "A brake.", slug="pd-1",
        forms=[("abbreviation", "PD-1")],
    )  # fmt: skip


def box_of(tab):
    return tab.get_by_role("combobox", name="Find a word")


def type_and_wait(tab, typed: str):
    """Type so that suggestions come; returns the options."""
    box_of(tab).press_sequentially(typed)
    options = tab.get_by_role("option")
    options.first.wait_for()
    return options


def chosen(tab) -> str | None:
    """The text of the option that the field points to, which must be the selected one."""
    return box_of(tab).evaluate(
        """box => {
          const id = box.getAttribute("aria-activedescendant");
          const selected = document.querySelectorAll("[aria-selected=true]");
          if (selected.length !== (id ? 1 : 0)) return "a wrong selection";
          if (!id) return null;
          if (selected[0].id !== id) return "another than the selected one";
          return selected[0].querySelector(".suggest-form").textContent;
        }"""
    )


class TestByKeyboard:
    def test_arrows_choose_and_enter_leads_to_the_word(self, words, open_tab):
        tab = open_tab("/glossary/")
        box = box_of(tab)
        assert box.get_attribute("aria-expanded") == "false"
        options = type_and_wait(tab, "cy")
        assert box.get_attribute("aria-expanded") == "true"
        listed = tab.get_by_role("listbox", name="Words that fit")
        assert box.get_attribute("aria-controls") == listed.get_attribute("id")
        assert options.count() == 2
        assert chosen(tab) is None
        seen = []
        for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp"):
            tab.keyboard.press(key)
            seen.append(chosen(tab))
        assert seen == ["Cyst", "Cytokine", None, "Cytokine", "Cyst"]
        assert box.evaluate("box => box === document.activeElement")
        tab.keyboard.press("Enter")
        tab.wait_for_url("**/glossary/cyst/")

    def test_enter_without_a_choice_sends_the_form(self, words, open_tab):
        tab = open_tab("/glossary/")
        type_and_wait(tab, "cy")
        tab.keyboard.press("Enter")
        tab.wait_for_url("**/glossary/?q=cy")
        assert tab.get_by_text("2 words for “cy”").is_visible()

    def test_escape_closes_then_clears(self, words, open_tab):
        tab = open_tab("/glossary/")
        box, options = box_of(tab), type_and_wait(tab, "cy")
        tab.keyboard.press("ArrowDown")
        tab.keyboard.press("Escape")
        assert not options.first.is_visible()
        assert box.get_attribute("aria-expanded") == "false"
        assert (box.input_value(), chosen(tab)) == ("cy", None)
        tab.keyboard.press("ArrowDown")
        assert options.first.is_visible()
        tab.keyboard.press("Escape")
        tab.keyboard.press("Escape")
        assert box.input_value() == ""

    def test_tab_leaves_and_closes(self, words, open_tab):
        tab = open_tab("/glossary/")
        options = type_and_wait(tab, "cy")
        tab.keyboard.press("Tab")
        assert not options.first.is_visible()
        assert tab.evaluate("document.activeElement.textContent") == "Find"

    def test_how_many_there_are_is_said(self, words, open_tab):
        tab = open_tab("/glossary/")
        said = tab.locator("form").get_by_role("status")
        type_and_wait(tab, "cy")
        assert said.inner_text().startswith("2 words to choose from.")
        box_of(tab).fill("cytokyne")
        said.get_by_text("No word is spelled like this. 1 word").wait_for()
        box_of(tab).fill("zebra")
        said.get_by_text("No word fits.").wait_for()
        assert box_of(tab).get_attribute("aria-expanded") == "false"


class TestWhatIsShown:
    def test_is_the_form_that_fits_marked_and_its_word(self, words, open_tab):
        tab = open_tab("/glossary/")
        option = type_and_wait(tab, "pd1").first
        assert option.locator("mark").inner_text() == "PD-1"
        assert "see Programmed cell death protein 1" in option.inner_text()
        assert "A brake." in option.inner_text()

    def test_is_text_and_never_html(self, words, open_tab):
        make_term("Cystic", "1 < 2 `<img src=x onerror=alert(1)>`")
        tab = open_tab("/glossary/")
        option = type_and_wait(tab, "cystic").first
        assert "1 < 2 <img src=x onerror=alert(1)>" in option.inner_text()
        assert option.locator("img, b").count() == 0

    def test_is_what_answers_the_last_letters(self, words, open_tab):
        tab = open_tab("/glossary/")
        late = []

        def answer(route):
            if "q=pd" in route.request.url:
                late.append(route)
            else:
                route.continue_()

        tab.route(ANSWER, answer)
        box_of(tab).fill("pd")
        while not late:
            tab.wait_for_timeout(20)
        box_of(tab).fill("")
        type_and_wait(tab, "cyst")
        for route in late:
            route.continue_()
        tab.wait_for_timeout(200)
        assert tab.get_by_role("option").all_inner_texts()[0].startswith("Cyst")

    def test_is_nothing_where_the_network_fails_but_the_form_works(
        self, words, open_tab
    ):
        tab = open_tab("/glossary/")
        tab.route(ANSWER, lambda route: route.fulfill(status=429, body="Too many"))
        box_of(tab).press_sequentially("cyst")
        tab.wait_for_timeout(300)
        assert tab.get_by_role("option").count() == 0
        tab.keyboard.press("Enter")
        tab.wait_for_url("**/glossary/?q=cyst")

    @pytest.mark.parametrize(
        "options",
        [
            {"viewport": DESK},
            {"viewport": DESK, "color_scheme": "dark"},
            {"viewport": PHONE, "has_touch": True},
            {"viewport": DESK, "forced_colors": "active"},
        ],
        ids=["light", "dark", "phone", "forced colors"],
    )
    def test_is_accessible(self, words, open_tab, options):
        tab = open_tab("/glossary/", bypass_csp=True, **options)
        type_and_wait(tab, "cy")
        tab.keyboard.press("ArrowDown")
        assert violations(tab, is_public=True) == []
        width = tab.evaluate("document.documentElement.scrollWidth")
        assert width <= options["viewport"]["width"]


def test_by_touch_a_tap_leads_to_the_word_and_a_tap_elsewhere_closes(words, open_tab):
    tab = open_tab("/glossary/", viewport=PHONE, has_touch=True)
    box_of(tab).tap()
    options = type_and_wait(tab, "cy")
    tab.locator("h1").tap()
    assert not options.first.is_visible()
    box_of(tab).tap()
    tab.keyboard.type("t")
    options.first.wait_for()
    options.first.tap()
    tab.wait_for_url("**/glossary/cytokine/")


def test_without_javascript_the_form_finds_words(words, open_tab):
    tab = open_tab("/glossary/", java_script_enabled=False)
    box = tab.get_by_role("searchbox", name="Find a word")
    box.fill("cytokyne")
    tab.get_by_role("button", name="Find").click()
    assert tab.get_by_text("Did you mean:").is_visible()
    tab.get_by_role("link", name="Cytokine").click()
    assert tab.url.endswith("/glossary/cytokine/")
