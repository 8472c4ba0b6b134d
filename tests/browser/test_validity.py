"""Every page is valid HTML, as html-validate reads the standard.

No browser is needed, but node: html-validate comes from npm. Its rules stand in
``.htmlvalidate.mjs``, with a reason for each that is off.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from .gallery import ERRORS, PUBLIC, error_page, staff_pages, status_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).parents[2]


def collect(public: Path, staff: Path) -> None:
    """Write every page of the gallery into a file of its name."""
    public.mkdir()
    staff.mkdir()
    reader, editor = Client(), Client()
    editor.force_login(get_user_model().objects.get(username="editor"))
    pages = {name: error_page(name) for name in ERRORS}
    for client, paths in ((reader, PUBLIC), (editor, staff_pages())):
        for name, path in paths.items():
            response = client.get(path)
            assert response.status_code == status_of(name), name
            pages[name] = response.content.decode()
    for name, page in pages.items():
        # What an editor previews, and the style guide, are pages of the readers' site.
        folder = public if 'class="site-header"' in page else staff
        (folder / f"{name}.html").write_text(page)


def problems(folder: Path, rules: str) -> list[str]:
    """What html-validate objects to, each with its page and line."""
    assert list(folder.iterdir())
    report = folder.with_suffix(".json")
    subprocess.run(
        ["node_modules/.bin/html-validate", "--config", rules]
        + [f"--formatter=json={report}", str(folder)],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    return [
        f"{Path(page['filePath']).stem}, line {found['line']}: {found['message']} "
        f"({found['ruleId']})"
        for page in json.loads(report.read_text())
        for found in page["messages"]
    ]


def test_every_page_is_valid(gallery, tmp_path):
    public, staff = tmp_path / "public", tmp_path / "staff"
    collect(public, staff)
    assert problems(public, ".htmlvalidate.mjs") == []
    assert problems(staff, ".htmlvalidate.admin.mjs") == []
