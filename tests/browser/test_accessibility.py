"""axe-core finds nothing to object to: WCAG 2.2 A and AA, light, dark, phone."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import DESK, PHONE
from .test_reading import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# axe itself sets inline styles while it looks, which the pages' policy forbids.
UNBOUND = {"bypass_csp": True}
RUN = """async (tags) => {
  const { violations } = await axe.run({ runOnly: tags });
  return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(" ; ")}`);
}"""
ADMIN = [
    "/admin/",
    "/admin/articles/article/",
    "/admin/articles/article/add/",
    "/admin/glossary/term/add/",
]


def violations(tab) -> list[str]:
    tab.evaluate(AXE.read_text())
    return tab.evaluate(RUN, WCAG)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_public_pages(site, open_tab, scheme, viewport):
    tab = open_tab(color_scheme=scheme, viewport=viewport, **UNBOUND)
    found = {}
    for path in PAGES[:-1]:
        tab.goto(path)
        found[path] = violations(tab)
    assert {path: problems for path, problems in found.items() if problems} == {}


def test_an_open_definition(site, open_tab):
    tab = open_tab("/articles/melanoma/", **UNBOUND)
    tab.locator("a.term", has_text="cytokines").click()
    assert violations(tab) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_admin(site, log_in, scheme):
    tab = log_in("editor", color_scheme=scheme, **UNBOUND)
    found = {}
    for path in ADMIN:
        tab.goto(path)
        found[path] = violations(tab)
    assert {path: problems for path, problems in found.items() if problems} == {}
