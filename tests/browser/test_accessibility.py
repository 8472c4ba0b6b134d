"""axe-core finds nothing to object to, on any page, however it is looked at.

WCAG 2.0 to 2.2, A and AA, and axe's own best practices; on readers' pages also the
contrast of level AAA (7 to 1).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .conftest import DESK, PHONE
from .gallery import ARTICLE, ERRORS, PUBLIC, error_page, staff_pages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TARGETS, STRONG_CONTRAST = "target-size", "color-contrast-enhanced"  # off by default
# axe itself sets inline styles while it looks, which the pages' policy forbids.
UNBOUND = {"bypass_csp": True}
# Colors are all that differs from one scheme to another.
OF_COLORS = ["color-contrast", STRONG_CONTRAST, "link-in-text-block"]
RUN = """async ([runOnly, rules]) => {
  // Select2 comes with Django's admin; its markup is not ours to mend.
  const context = { exclude: [".select2-container"] };
  const { violations, passes, incomplete } = await axe.run(context, {
    runOnly, rules, resultTypes: ["violations"],
  });
  return {
    violations: violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(" ; ")}`),
    looked: [...violations, ...passes, ...incomplete].map((rule) => rule.id),
  };
}"""
TWICE = "document.documentElement.style.fontSize = '200%'"
# How a page is looked at: the options of the browser's context, then what is changed on
# the page, each time with the rules that may say another thing then.
FORMS: dict[str, tuple[dict[str, Any], dict[str, tuple[Any, list[str]]]]] = {
    "desk": (
        {"viewport": DESK},
        {
            "light": (lambda tab: None, TAGS),
            "dark": (lambda tab: tab.emulate_media(color_scheme="dark"), OF_COLORS),
            # In the light scheme, since axe takes the text's fill for its color, which
            # the browser does not tell as it is forced.
            "forced colors": (
                lambda tab: tab.emulate_media(
                    color_scheme="light", forced_colors="active"
                ),
                OF_COLORS,
            ),
        },
    ),
    "phone": (
        {"viewport": PHONE, "has_touch": True},
        {
            "phone": (lambda tab: None, TAGS),
            "text twice as large": (lambda tab: tab.evaluate(TWICE), TAGS),
        },
    ),
}


def axe(
    tab, *, is_public: bool = False, run_only: list[str] = TAGS
) -> dict[str, list[str]]:
    """What axe objects to (``violations``) and the rules that found something to look
    at (``looked``); ``run_only`` are tags of rules, or rules."""
    if not tab.evaluate("'axe' in window"):
        tab.evaluate(AXE.read_text())
    if run_only is not TAGS:
        is_off = {STRONG_CONTRAST} if not is_public else set()
        values = [rule for rule in run_only if rule not in is_off]
        return tab.evaluate(RUN, [{"type": "rule", "values": values}, {}])
    rules = {TARGETS: {"enabled": True}, STRONG_CONTRAST: {"enabled": is_public}}
    return tab.evaluate(RUN, [{"type": "tag", "values": TAGS}, rules])


def violations(tab, **how: Any) -> list[str]:
    return axe(tab, **how)["violations"]


def objections(tab, name: str, form: str, *, is_public: bool) -> dict[str, list[str]]:
    """What axe objects to on the page that is open, in each of a form's looks."""
    # Or a color would be measured on its way to another.
    tab.add_style_tag(content="* { transition: none !important }")
    found = {}
    for look, (change, rules) in FORMS[form][1].items():
        change(tab)
        found[f"{name}, {look}"] = violations(
            tab, is_public=is_public and look != "forced colors", run_only=rules
        )
    tab.emulate_media(color_scheme="light", forced_colors="none")
    return {place: problems for place, problems in found.items() if problems}


def visit_public(tab):
    """Open each page of the readers' site in turn; yields its name."""
    for name, path in PUBLIC.items():
        tab.goto(path)
        yield name
    for name in ERRORS:
        body = error_page(name)
        tab.route(
            f"**/{name}",
            lambda route, _, body=body: route.fulfill(
                body=body, content_type="text/html"
            ),
        )
        tab.goto(f"/{name}")
        yield name


def too_wide(tab) -> list[str]:
    """The outermost elements that reach past the right edge; [] for a page that need
    not be scrolled sideways."""
    return tab.evaluate(
        """() => {
          const root = document.documentElement;
          if (root.scrollWidth <= innerWidth) return [];
          return [...document.body.querySelectorAll("*:not(.table-scroll *)")]
            .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
            .map((e) => `${e.tagName} .${e.className} ${e.textContent.trim().slice(0, 30)}`)
            .slice(0, 8);
        }"""
    )


@pytest.mark.parametrize("form", FORMS)
def test_readers_pages(gallery, open_tab, form):
    tab = open_tab(**FORMS[form][0], **UNBOUND)
    found = {}
    for name in visit_public(tab):
        found |= objections(tab, name, form, is_public=True)
    assert found == {}


@pytest.mark.parametrize("form", FORMS)
def test_pages_for_staff(gallery, log_in, form):
    tab = log_in("editor", **FORMS[form][0], **UNBOUND)
    found = {}
    for name, path in staff_pages().items():
        tab.goto(path)
        found |= objections(tab, name, form, is_public=False)
    assert found == {}


def test_the_rules_that_are_off_by_default_are_on(gallery, open_tab):
    tab = open_tab(ARTICLE, **UNBOUND)
    assert {TARGETS, STRONG_CONTRAST} <= set(axe(tab, is_public=True)["looked"])


def test_an_open_definition(gallery, open_tab):
    tab = open_tab(ARTICLE, **UNBOUND)
    tab.locator("a.term", has_text="cytokines").first.click()
    assert violations(tab, is_public=True) == []


@pytest.mark.parametrize("width", [320, 360])
def test_no_page_is_scrolled_sideways(gallery, open_tab, width):
    """At 320 pixels (WCAG 1.4.10), and at 360 with text twice as large (1.4.4)."""
    tab = open_tab(viewport={"width": width, "height": 640}, **UNBOUND)
    found = {}
    for name in visit_public(tab):
        if width == 360:
            tab.evaluate(TWICE)
        found[name] = too_wide(tab)
    assert {name: problems for name, problems in found.items() if problems} == {}


def test_no_page_for_staff_is_scrolled_sideways_on_a_phone(gallery, log_in):
    tab = log_in("editor", viewport=PHONE)
    found = {}
    for name, path in staff_pages().items():
        tab.goto(path)
        found[name] = too_wide(tab)
    assert {name: problems for name, problems in found.items() if problems} == {}
