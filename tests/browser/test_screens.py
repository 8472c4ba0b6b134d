"""Every page looks as it did when somebody last looked at it and approved.

The pictures of a run lie in ``artefacts/``, the approved ones in ``approved/``; neither
is kept in Git, since other fonts make other pictures. What has no approved picture yet is
approved as it is. ``make approve-screens`` approves the pictures of the last run.
"""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops

from .conftest import DESK, PHONE
from .gallery import staff_pages
from .test_accessibility import visit_public

pytestmark = [
    pytest.mark.browser,
    pytest.mark.screens,
    pytest.mark.django_db(transaction=True),
]

HERE = Path(__file__).parent
ARTEFACTS, APPROVED = HERE / "artefacts", HERE / "approved"
# A pixel differs when one of its colors does by more than this, of 255 …
TOLERANCE = 32
# … and a page differs when more than this share of its pixels do.
SHARE = 0.005
FORMS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "desk": ({"viewport": DESK}, {}),
    "phone": ({"viewport": PHONE, "has_touch": True}, {}),
    "dark": ({"viewport": DESK, "color_scheme": "dark"}, {}),
    "print": ({"viewport": {"width": 794, "height": 1123}}, {"media": "print"}),
}


def share_of_difference(one: Image.Image, other: Image.Image) -> float:
    """The share of pixels that differ, from 0 to 1; 1 for pictures of other sizes."""
    if one.size != other.size:
        return 1.0
    difference = ImageChops.difference(one.convert("RGB"), other.convert("RGB"))
    strongest = ImageChops.lighter(
        ImageChops.lighter(*difference.split()[:2]), difference.split()[2]
    )
    differing = sum(strongest.histogram()[TOLERANCE + 1 :])
    return differing / (one.width * one.height)


def is_as_approved(name: str, picture: bytes) -> bool:
    """Keep the picture, and compare it with the approved one if there is one."""
    (ARTEFACTS / name).write_bytes(picture)
    approved = APPROVED / name
    if not approved.exists():
        shutil.copyfile(ARTEFACTS / name, approved)
        return True
    one, other = map(io.BytesIO, (approved.read_bytes(), picture))
    return share_of_difference(Image.open(one), Image.open(other)) <= SHARE


@pytest.fixture(autouse=True)
def _folders():
    ARTEFACTS.mkdir(exist_ok=True)
    APPROVED.mkdir(exist_ok=True)


@pytest.mark.parametrize("form", FORMS)
def test_readers_pages(gallery, open_tab, form):
    options, media = FORMS[form]
    tab = open_tab(**options)
    tab.emulate_media(**media)
    changed = [
        name
        for name in visit_public(tab)
        if not is_as_approved(f"{name}.{form}.png", tab.screenshot(full_page=True))
    ]
    assert changed == [], f"Look at {ARTEFACTS}, then: make approve-screens"


@pytest.mark.parametrize("form", ["desk", "phone", "dark"])
def test_pages_for_staff(gallery, log_in, form):
    tab = log_in("editor", **FORMS[form][0])
    changed = []
    for name, path in staff_pages().items():
        tab.goto(path)
        if tab.locator(".markdownx-preview").count():
            tab.locator(".markdownx-preview .prose").wait_for(state="attached")
        if not is_as_approved(f"{name}.{form}.png", tab.screenshot(full_page=True)):
            changed.append(name)
    assert changed == [], f"Look at {ARTEFACTS}, then: make approve-screens"


def test_a_difference_is_seen():
    white = Image.new("RGB", (100, 100), "white")
    spot = white.copy()
    spot.paste("black", (0, 0, 10, 10))
    shade = Image.new("RGB", (100, 100), (240, 255, 255))
    assert share_of_difference(white, white) == 0
    assert share_of_difference(white, spot) == 0.01
    assert share_of_difference(white, shade) == 0
    assert share_of_difference(white, white.resize((100, 99))) == 1
