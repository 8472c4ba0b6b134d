"""Unsaved typing is kept and offered again; who else has a page open is shown."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADD = "/admin/articles/article/add/"
LIST = "/admin/articles/article/"
OFFER = "Words that were not saved"


def open_melanoma(tab):
    tab.goto(LIST)
    tab.get_by_role("link", name="Melanoma", exact=True).click()
    return tab


def type_into_body(tab, text: str) -> None:
    """Type, and wait until the browser has kept it."""
    tab.get_by_label("Body").fill(text)
    tab.wait_for_function(
        "text => Object.values(localStorage).some(kept => kept.includes(text))",
        arg=text,
    )


def kept(tab) -> list[str]:
    return tab.evaluate(
        "Object.entries(localStorage).filter(([key]) => key.startsWith('kept:'))"
    )


def save(tab) -> None:
    tab.get_by_role("button", name="Save draft", exact=True).click()
    tab.get_by_text("was changed successfully").wait_for()


def test_text_is_offered_after_a_crash_restored_and_then_saved(site, log_in, open_tab):
    crashed = open_melanoma(log_in("editor"))
    type_into_body(crashed, "Words that were never saved.")
    address, context = crashed.url, crashed.context
    crashed.close(run_before_unload=False)
    tab = open_tab(address, context=context)
    offer = tab.get_by_role("region", name=OFFER)
    assert "There is text from" in offer.inner_text()
    assert "never saved" not in tab.get_by_label("Body").input_value()
    offer.get_by_role("button", name="Restore it").click()
    assert tab.get_by_label("Body").input_value() == "Words that were never saved."
    assert not offer.is_visible()
    save(tab)
    assert not tab.get_by_role("region", name=OFFER).is_visible()
    assert kept(tab) == []


def test_what_is_discarded_is_gone(site, log_in, open_tab):
    crashed = log_in("author", ADD)
    type_into_body(crashed, "Not worth a page.")
    crashed.close(run_before_unload=False)
    tab = open_tab(ADD, context=crashed.context)
    tab.get_by_role("button", name="Discard it").click()
    assert kept(tab) == []
    tab.reload()
    assert not tab.get_by_role("region", name=OFFER).is_visible()


def test_text_outlives_the_end_of_a_login_and_a_stale_save_is_still_refused(
    site, log_in, open_tab
):
    tab = open_melanoma(log_in("editor"))
    address = tab.url
    type_into_body(tab, "Mine.")
    cookies = tab.context.cookies()
    tab.context.clear_cookies(name="sessionid")
    tab.get_by_role("button", name="Save draft", exact=True).click()
    tab.get_by_label("Password").wait_for()
    tab.context.add_cookies([each for each in cookies if each["name"] == "sessionid"])
    other = log_in("author", address)
    other.get_by_label("Body").fill("Theirs.")
    save(other)
    tab.goto(address)
    tab.get_by_role("button", name="Restore it").click()
    tab.get_by_role("button", name="Save draft", exact=True).click()
    conflict = tab.get_by_role("region", name="Two texts")
    assert conflict.locator("#theirs-body").input_value() == "Theirs."
    assert conflict.locator("#yours-body").input_value() == "Mine."
    save(tab)
    assert kept(tab) == []


def test_only_unsaved_typing_asks_before_leaving_and_logout_forgets_it(site, log_in):
    tab = open_melanoma(log_in("editor"))
    asked = []

    def answer(dialog):
        asked.append(dialog.type)
        dialog.accept()

    tab.on("dialog", answer)
    tab.reload()
    assert asked == []
    type_into_body(tab, "Not saved.")
    tab.get_by_role("button", name="Log out").click()
    tab.wait_for_url("**/admin/logout/")
    assert asked == ["beforeunload"]
    assert kept(tab) == []


def test_who_else_has_the_page_open_is_told(site, log_in):
    first = open_melanoma(log_in("editor"))
    first.wait_for_load_state("networkidle")
    second = log_in("author", first.url)
    second.get_by_role("status").get_by_text(
        "editor has this page open since"
    ).wait_for()
