"""docs/formats.md says what the code does, and our references survive CSL-JSON."""

from __future__ import annotations

import importlib.util

import pytest
from django.conf import settings

from references.formats import FORMATS, Record

SCRIPT = settings.BASE_DIR / "bench" / "roundtrip.py"


@pytest.fixture(scope="module")
def bench():
    spec = importlib.util.spec_from_file_location("roundtrip", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(SCRIPT.parent)
        spec.loader.exec_module(module)
    return module


def test_the_tables_are_those_of_the_code(bench):
    document = bench.DOCUMENT.read_text(encoding="utf-8")
    again = bench.filled(document, bench.tables())
    assert document == again, "run bench/roundtrip.py --write"


def test_every_column_that_is_always_written_is_named(bench):
    document = bench.DOCUMENT.read_text(encoding="utf-8")
    heading = FORMATS["csv"].dump([]).strip("\ufeff\r\n")
    assert all(f"`{column}`" in document for column in heading.split(","))


def test_csl_json_goes_out_in_and_out_byte_by_byte(bench):
    form = FORMATS["csl-json"]
    records = list(form.load(bench.OURS.read_text(encoding="utf-8")))
    assert len(records) == 65
    assert all(isinstance(record, Record) for record in records)
    written = form.dump(record.csl for record in records)
    assert form.dump(record.csl for record in form.load(written)) == written
