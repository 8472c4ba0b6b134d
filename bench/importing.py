"""How long does a file of references take to import, and how much memory?

Each measurement runs in a process of its own, so that its peak of memory is its own. The
baseline saves the same records one by one, as the admin's form does.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from stage import ROOT

from references.formats import FORMATS

SIZES = (1_000, 10_000)
ONE_BY_ONE = 500
_DEMO = ROOT / "demo" / "references.csl.json"


def records(count: int) -> list[dict[str, Any]]:
    """The demonstration's records over and over, each time as another work."""
    demo = json.loads(_DEMO.read_text())
    made = []
    for number in range(count):
        record = dict(demo[number % len(demo)])
        record["id"] = f"{record['id']}-{number}"
        record["title"] = f"{number}. {record['title']}"
        record |= {"DOI": f"10.1000/{number}", "PMID": str(number + 1)}
        for name in ("PMCID", "ISBN"):
            record.pop(name, None)
        made.append(record)
    return made


def _apart(deed: str, count: int, format: str = "csl-json") -> dict[str, float]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "references"
        file.write_text(FORMATS[format].dump(records(count)), encoding="utf-8")
        command = [sys.executable, "-m", "stage.importing", deed, str(file), format]
        found = subprocess.run(
            command, check=True, capture_output=True, text=True, cwd=ROOT / "bench"
        )
    return json.loads(found.stdout.splitlines()[-1])


def main() -> None:
    name = f"save_reference, one by one, {ONE_BY_ONE}"
    rows = [(name, ONE_BY_ONE, _apart("one by one", ONE_BY_ONE))]
    for format in FORMATS:
        for size in SIZES:
            name = f"import_references, {format}, {size:,}"
            rows.append((name, size, _apart("import", size, format)))
    print(
        f"{'':40}{'seconds':>9}{'processor':>11}{'per record':>12}{'ratio':>8}"
        f"{'file':>8}{'peak':>8}"
    )
    baseline = rows[0][2]["processor"] / ONE_BY_ONE
    for name, size, found in rows:
        each = found["processor"] / size
        print(
            f"{name:40}{found['seconds']:>8.2f}s{found['processor']:>10.2f}s"
            f"{each * 1000:>9.2f} ms{each / baseline:>7.2f}×"
            f"{found['before']:>5.0f} MB{found['peak']:>5.0f} MB"
        )
    print("per record, ratio: of the processor's time, whatever else the machine does")
    print("file: the process with the file in memory; peak: at the end of the import")


if __name__ == "__main__":
    main()
