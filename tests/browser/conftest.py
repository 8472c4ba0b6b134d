"""A real Chromium against the live server, with a small site in it.

Every page that a test opens is watched: a console error, an exception in a script or a
refusal by the Content-Security-Policy fails the test.
"""

from __future__ import annotations

import os
import shutil

import pytest
from playwright.sync_api import sync_playwright

from immunosite.core.reviews import ReviewerProfile
from tests.factories import (
    make_article,
    make_reference,
    make_tag,
    make_term,
    make_user,
)

from .gallery import make_gallery

# Playwright's own event loop runs in the thread in which the test asks the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
# An error page that a test asks for; what the editor's script says of a refused upload.
_EXPECTED = ("status of 4", "Invalid response")
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium():
    path = shutil.which("chromium")
    if path is None:
        pytest.fail("Chromium is not installed (Debian: apt-get install chromium).")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_tab(chromium, live_server):
    """A function that opens a new, watched tab: ``open_tab(path, **context options)``."""
    complaints: list[str] = []
    contexts = []

    def watch(message):
        is_known = any(text in message.text for text in _EXPECTED)
        if message.type == "error" and not is_known:
            complaints.append(message.text)

    def open_tab(path="/", *, context=None, **options):
        if context is None:
            options.setdefault("viewport", DESK)
            context = chromium.new_context(base_url=live_server.url, **options)
            context.set_default_timeout(10_000)
            contexts.append(context)
        tab = context.new_page()
        tab.on("console", watch)
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.goto(path)
        return tab

    yield open_tab
    for context in contexts:
        context.close()
    assert not complaints, complaints


@pytest.fixture
def log_in(open_tab):
    """A function that logs a user in and opens a path of the admin."""

    def log_in(name: str, path: str = "/admin/", **options):
        tab = open_tab("/admin/login/", **options)
        tab.get_by_label("Username").fill(name)
        tab.get_by_label("Password").fill("correct horse")
        tab.get_by_role("button", name="Log in").click()
        tab.wait_for_url("**/admin/")
        if path != "/admin/":
            tab.goto(path)
        return tab

    return log_in


@pytest.fixture
def site(transactional_db):
    """A small site: a term, a reference and two articles that use them."""
    make_user("editor", role="Editor")
    make_user("author", role="Author")
    ReviewerProfile.objects.create(
        user=make_user("reviewer", role="Medical reviewer"),
        name="R. Viewer", credentials="a test, MD", conflicts="None",
    )  # fmt: skip
    melanoma = make_tag("Melanoma", "cancer type")
    make_reference("larkin-2015", DOI="10.1056/nejmoa1504030", PMID="26027431")
    make_term(
        "Cytokine",
        "A protein that carries signals between cells [@larkin-2015].",
        forms=[("plural", "cytokines")],
        tags=[melanoma],
    )
    make_term("T cell", "A white blood cell.", forms=[("plural", "T cells")])
    paragraphs = "\n\n".join(f"Paragraph {number} says little." for number in range(20))
    make_article("more", "## More\n\nMore words on T cells.", tags=[melanoma])
    make_article(
        "melanoma",
        "::: key-points\n- A first point.\n:::\n\n## What it is\n\n"
        "The body's T cells and cytokines act together [@larkin-2015].\n\n"
        "| Word | Meaning |\n|---|---|\n| Response | The tumor shrinks |\n\n"
        f"{paragraphs}\n\n## How it is treated\n\nSee [more](article:more).",
        tags=[melanoma],
    )


@pytest.fixture
def gallery(transactional_db, settings):
    """A site in which every template has something to show; see gallery.py."""
    settings.DEMO_NOTICE = True
    make_gallery()
