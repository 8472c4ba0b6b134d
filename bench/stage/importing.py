"""One import of a file of references, in a process whose peak of memory is its own."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from time import perf_counter, process_time

from stage import database

from references.curating import save_reference
from references.exchange import import_references


def measure(deed: str, file: str, format: str) -> dict[str, float]:
    """Seconds, and megabytes with the file in memory and at the end, of this process."""
    by = database.administrator()
    text = Path(file).read_text(encoding="utf-8")
    before = _peak()
    began, worked = perf_counter(), process_time()
    if deed == "import":
        report = import_references(text, by=by, format=format)
        assert set(report.counts) == {"created"}, report.summary()
    else:
        for record in json.loads(text):
            save_reference(record["id"], record, by=by)
    return {
        "seconds": perf_counter() - began,
        "processor": process_time() - worked,
        "before": before,
        "peak": _peak(),
    }


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print(json.dumps(measure(*sys.argv[1:])))
