"""A reader answers “Was this page helpful?”: in place, by keyboard, without a script."""

from __future__ import annotations

import pytest

from immunosite.core.feedback import Feedback

from .conftest import DESK, PHONE
from .test_accessibility import UNBOUND, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ARTICLE = "/articles/melanoma/"
THANKS = "Thank you for your answer."


def counted() -> list[tuple]:
    return list(Feedback.objects.values_list("answer", "reason", "count"))


def test_yes_is_thanked_for_in_its_place(site, open_tab):
    tab = open_tab(ARTICLE)
    tab.get_by_role("button", name="Yes").click()
    status = tab.get_by_role("status").filter(has_text=THANKS)
    status.wait_for()
    assert tab.url.endswith(ARTICLE)
    assert status.evaluate("status => status === document.activeElement")
    assert not tab.get_by_text("Was this page helpful?").is_visible()
    assert counted() == [("yes", "", 1)]
    assert tab.context.cookies() == []


def test_no_asks_why_by_keyboard(site, open_tab):
    tab = open_tab(ARTICLE)
    reasons = tab.get_by_role("group", name="Why not?")
    assert not reasons.is_visible()
    tab.locator(".feedback summary").focus()
    tab.keyboard.press("Enter")
    assert reasons.is_visible()
    for _ in range(3):
        tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    tab.get_by_text(THANKS).wait_for()
    assert counted() == [("no", "missing", 1)]


def test_without_javascript_a_page_says_thanks_and_leads_back(site, open_tab):
    tab = open_tab(ARTICLE, java_script_enabled=False)
    tab.locator(".feedback summary").click()
    tab.get_by_role("button", name="Something seems wrong").click()
    assert tab.get_by_role("heading", level=1).inner_text() == "Thank you"
    tab.get_by_role("link", name="Back to “Melanoma”").click()
    assert tab.url.endswith(ARTICLE)
    assert counted() == [("no", "wrong", 1)]
    assert tab.context.cookies() == []


def test_a_refusal_is_shown_as_a_page(site, open_tab):
    tab = open_tab(ARTICLE)
    tab.locator(".feedback input[name=page]").first.evaluate(
        "f => { f.value = '/no/' }"
    )
    tab.get_by_role("button", name="Yes").click()
    tab.get_by_role("heading", name="We can’t find that page").wait_for()
    assert counted() == []


def test_without_a_connection_the_form_stays(site, open_tab):
    tab = open_tab(ARTICLE)
    tab.evaluate(
        "() => { window.whole = fetch; window.fetch = () => Promise.reject(); }"
    )
    tab.get_by_role("button", name="Yes").click()
    tab.get_by_text("Your answer could not be sent.").wait_for()
    tab.evaluate("() => { window.fetch = window.whole; }")
    tab.get_by_role("button", name="Yes").click()
    tab.get_by_text(THANKS).wait_for()
    assert counted() == [("yes", "", 1)]


def test_is_not_printed(site, open_tab):
    tab = open_tab(ARTICLE)
    tab.emulate_media(media="print")
    assert not tab.get_by_text("Was this page helpful?").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_nobody_is_kept_out(site, open_tab, scheme, viewport):
    tab = open_tab(ARTICLE, color_scheme=scheme, viewport=viewport, **UNBOUND)
    tab.locator(".feedback summary").click()
    assert violations(tab) == []
    boxes = [
        control.bounding_box()
        for control in tab.locator(".feedback :is(button, summary)").all()
    ]
    assert all(min(box["width"], box["height"]) >= 44 for box in boxes)
    assert tab.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    tab.get_by_role("button", name="Hard to understand").click()
    tab.get_by_text(THANKS).wait_for()
    assert violations(tab) == []
    tab.goto("/feedback/thanks/?to=/articles/melanoma/")
    assert violations(tab) == []


def test_the_list_for_staff(site, open_tab, log_in):
    tab = open_tab(ARTICLE)
    tab.get_by_role("button", name="Yes").click()
    tab.get_by_text(THANKS).wait_for()
    desk = log_in("author", "/admin/core/feedback/", **UNBOUND)
    assert desk.get_by_role("cell", name="100 %").is_visible()
    assert violations(desk) == []
