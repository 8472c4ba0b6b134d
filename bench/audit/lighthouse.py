"""Lighthouse on the real site: gunicorn, WhiteNoise, the demonstration content.

Prints the four categories of each page, the median of five runs on a slow phone
(Lighthouse's default profile), and what a first visit weighs. Exits 1 below 99.

Run it with ``make lighthouse``; it needs Chromium and node.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).parents[2]
LIGHTHOUSE = ROOT / "node_modules/.bin/lighthouse"
BIN = Path(sys.executable).parent
RUNS = int(os.environ.get("RUNS", "5"))
LEAST = 99
# What a first visit of the article may ask for and weigh, compressed.
MOST_REQUESTS, MOST_KILOBYTES = 8, 60
CATEGORIES = ["performance", "accessibility", "best-practices", "seo"]
ARTICLE = "/articles/side-effects-of-checkpoint-inhibitors/"
# Path → audits that are left out. Results of a search are not for search engines, so
# their page says "noindex"; Lighthouse takes that for a mistake.
PAGES: dict[str, list[str]] = {
    ARTICLE: [],
    "/": [],
    "/glossary/": [],
    "/search/?q=side+effects": ["is-crawlable"],
}
CHROME = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking"
)


@contextmanager
def real_site() -> Iterator[str]:
    """The address of a site as ``make run`` serves it, with a database of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        # DEBUG, DATABASE_URL and the like of the caller are not for this site.
        keep = ("PATH", "HOME", "LANG", "PYTHONPATH")
        env = {name: os.environ[name] for name in keep if name in os.environ}
        env |= {"DATA_DIR": folder, "SITE_URL": address, "DEMO_NOTICE": "1"}
        for command in (
            ["migrate", "--verbosity", "0", "--skip-checks"],
            ["load_demo"],
            ["collectstatic", "--noinput", "--verbosity", "0"],
        ):
            manage = [sys.executable, "manage.py", *command]
            subprocess.run(
                manage, cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL
            )
        served_by = [BIN / "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
        site = subprocess.Popen(
            [*served_by, "--no-control-socket", "immunosite.wsgi"],
            cwd=ROOT,
            env=env,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait_for(f"{address}/healthz")
            yield address
        finally:
            site.terminate()
            site.wait(20)


def _wait_for(url: str) -> None:
    for _ in range(100):
        try:
            urlopen(url, timeout=5).close()
        except URLError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"{url} does not answer.")


def audit(url: str, left_out: list[str]) -> dict[str, Any]:
    """One report of Lighthouse. Chromium may fail to start now and then: it is asked
    three times."""
    skip = [f"--skip-audits={','.join(left_out)}"] if left_out else []
    command = [
        *(LIGHTHOUSE, url, "--quiet", "--output=json"),
        *(f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={CHROME}"),
        *("--no-enable-error-reporting", *skip),
    ]
    environment = {**os.environ, "CHROME_PATH": shutil.which("chromium") or ""}
    for _ in range(3):
        ran = subprocess.run(
            command, env=environment, check=False, capture_output=True, text=True
        )
        if ran.returncode == 0:
            return json.loads(ran.stdout)
    raise SystemExit(ran.stderr)


def scores(report: dict[str, Any]) -> list[float]:
    """The four categories, of 100."""
    return [report["categories"][name]["score"] * 100 for name in CATEGORIES]


def weight(report: dict[str, Any]) -> tuple[int, float]:
    """How many requests a first visit makes, and the kilobytes (1,000) sent for them."""
    asked = report["audits"]["network-requests"]["details"]["items"]
    return len(asked), sum(item["transferSize"] for item in asked) / 1000


def shortcomings(report: dict[str, Any]) -> list[str]:
    """What keeps the categories below 100."""
    return [
        f"{name}: {reference['id']} {found['score']:.2f} {found.get('displayValue', '')}"
        for name in CATEGORIES
        for reference in report["categories"][name]["auditRefs"]
        if reference["weight"]
        and (found := report["audits"][reference["id"]])["score"] is not None
        and found["score"] < 0.995
    ]


def main() -> int:
    is_good = True
    notes: list[str] = []
    heading = f"{'Page':50} {'Perf':>5} {'A11y':>5} {'Best':>5} {'SEO':>5}"
    with real_site() as address:
        print(f"{heading}  Requests    kB", flush=True)
        for path, left_out in PAGES.items():
            audit_of = [audit(address + path, left_out) for _ in range(RUNS)]
            medians = list(
                map(statistics.median, zip(*map(scores, audit_of), strict=True))
            )
            requests, kilobytes = weight(audit_of[0])
            shown = " ".join(f"{median:5.0f}" for median in medians)
            print(f"{path:50} {shown}  {requests:8} {kilobytes:5.1f}", flush=True)
            notes += [f"{path} {note}" for note in shortcomings(audit_of[0])]
            is_good &= min(medians) >= LEAST
            is_light = requests <= MOST_REQUESTS and kilobytes <= MOST_KILOBYTES
            is_good &= is_light or path != ARTICLE
    print("\nWhat is below 1 (first run):", *(notes or ["nothing"]), sep="\n  ")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
