"""Whole ways through the site: by keyboard, without JavaScript, on a slow line."""

from __future__ import annotations

import gzip
import time

import pytest

from .conftest import DESK, PHONE
from .gallery import ARTICLE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCRIPTED = "[data-print], [data-share], [data-collect], [data-size]"
MOST_REQUESTS, MOST_BYTES = 8, 60_000
SHIFTS = """
  window.shifted = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.shifted += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
"""
NEXT_FRAME = "new Promise((done) => requestAnimationFrame(done))"


def tab_to(tab, target, *, most: int = 120) -> None:
    """Press Tab until the target has the focus."""
    for _ in range(most):
        tab.keyboard.press("Tab")
        if target.evaluate("target => target === document.activeElement"):
            return
    pytest.fail(f"{target} is not reached by {most} presses of Tab.")


class TestByKeyboard:
    def test_from_the_skip_link_to_a_reference_and_back(self, gallery, open_tab):
        tab = open_tab(ARTICLE, viewport=PHONE)
        tab_to(tab, tab.get_by_role("link", name="Skip to the content"), most=1)
        tab.keyboard.press("Enter")
        tab_to(tab, tab.locator(".contents summary"), most=10)
        tab.keyboard.press("Enter")
        chapter = tab.locator(".contents a").first
        tab_to(tab, chapter, most=1)
        tab.keyboard.press("Enter")
        assert tab.url.endswith(chapter.get_attribute("href"))
        tab_to(tab, tab.locator("a.term").first, most=10)
        tab.keyboard.press("Enter")
        definition = tab.locator(".definition:popover-open")
        assert definition.is_visible()
        tab.keyboard.press("Escape")
        assert not definition.is_visible()
        source = tab.locator(".cite a").first
        tab_to(tab, source, most=10)
        tab.keyboard.press("Enter")
        number = source.get_attribute("href")
        assert tab.url.endswith(number)
        tab_to(tab, tab.locator(number).get_by_role("link", name="Back").first, most=10)
        tab.keyboard.press("Enter")
        assert "#cite-" in tab.url

    def test_a_handout_of_two_articles(self, gallery, open_tab):
        tab = open_tab("/articles/more/")
        self.collect(tab, count=1)
        tab.goto(ARTICLE)
        self.collect(tab, count=2)
        tab_to(tab, tab.get_by_role("link", name="My handout (2)"), most=10)
        tab.keyboard.press("Enter")
        tab.wait_for_url("**/handout/?article=more&article=checkpoint-inhibitors")
        assert [h.inner_text() for h in tab.locator(".sheet > h2").all()] == [
            "More",
            "Checkpoint inhibitors",
        ]
        tab_to(tab, tab.get_by_role("button", name="Print or save as PDF"), most=20)

    def collect(self, tab, *, count: int) -> None:
        button = tab.get_by_role("button", name="Add to my handout")
        tab_to(tab, button)
        tab.keyboard.press("Space")
        tab.get_by_role("link", name=f"My handout ({count})").wait_for()

    def test_a_text_size_is_kept_from_page_to_page(self, gallery, open_tab):
        tab = open_tab(ARTICLE)
        size = "getComputedStyle(document.documentElement).fontSize"
        normal = float(tab.evaluate(size).removesuffix("px"))
        tab_to(tab, tab.get_by_role("button", name="Larger text"))
        tab.keyboard.press("Enter")
        for path in (ARTICLE, "/", "/handout/"):
            tab.goto(path)
            assert float(tab.evaluate(size).removesuffix("px")) > 1.4 * normal
        tab.goto(ARTICLE)
        button = tab.get_by_role("button", name="Larger text")
        assert button.get_attribute("aria-pressed") == "true"


def test_the_contents_follow_the_scroll(gallery, open_tab):
    tab = open_tab(ARTICLE)
    current = tab.locator(".contents [aria-current]")
    for chapter in ("How it is treated", "What it is"):
        tab.get_by_role("heading", name=chapter).evaluate("h => h.scrollIntoView()")
        current.filter(has_text=chapter).wait_for()
        assert current.count() == 1


@pytest.mark.parametrize("path", [ARTICLE, f"{ARTICLE}handout/"])
def test_without_javascript_no_control_is_dead(gallery, open_tab, path):
    tab = open_tab(path, java_script_enabled=False)
    controls = tab.locator(SCRIPTED).all()
    assert controls
    assert not any(control.is_visible() for control in controls)


def test_without_javascript_all_text_is_reached(gallery, open_tab):
    tab = open_tab(ARTICLE, java_script_enabled=False, viewport=PHONE)
    tab.locator(".contents summary").click()
    tab.locator(".contents").get_by_role("link", name="How it is treated").click()
    assert tab.url.endswith("#how-it-is-treated")
    tab.locator(".chart summary").first.click()
    assert tab.locator(".chart table").first.is_visible()


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("path", [ARTICLE, "/", "/glossary/"])
def test_nothing_moves_while_a_page_loads(gallery, open_tab, path, viewport):
    """Cumulative Layout Shift is 0, though styles, scripts and pictures come late."""
    tab = open_tab("/healthz", viewport=viewport)
    tab.context.add_init_script(SHIFTS)
    for kind, seconds in (("css", 0.2), ("js", 0.3), ("svg", 0.1)):
        tab.route(
            f"**/*.{kind}",
            lambda route, _, seconds=seconds: (time.sleep(seconds), route.continue_()),
        )
    tab.goto(path)
    tab.evaluate("window.scrollTo({ top: document.body.scrollHeight })")
    tab.wait_for_load_state("networkidle")
    tab.evaluate(NEXT_FRAME)
    assert tab.evaluate("window.shifted") == 0
    # It would have been seen:
    tab.evaluate("scrollTo(0, 0); document.body.prepend('A late line of text.')")
    tab.evaluate(NEXT_FRAME)
    tab.wait_for_function("window.shifted > 0")


def test_a_first_visit_is_light(gallery, open_tab):
    """An article with drawings, chart and words needs 8 files at most. The test server
    compresses nothing, so each body is compressed here, as the real site would
    (``make lighthouse`` measures that)."""
    tab = open_tab("/healthz", viewport=PHONE)
    answers = []
    tab.on("response", lambda answer: answers.append(answer))
    tab.goto(ARTICLE)
    tab.wait_for_load_state("networkidle")
    sizes = {answer.url: len(gzip.compress(answer.body())) for answer in answers}
    assert len(sizes) <= MOST_REQUESTS, sizes
    assert sum(sizes.values()) <= MOST_BYTES, sizes
