"""Do damaged and hostile files of references do harm?

``python -m bench.fuzz.formats [FILES]`` damages files of every format in ten ways, by
number, so that each can be made again (``--one NUMBER``), and lets each be read in a
process whose memory and time are limited. Only MalformedFile may come out; each record
that does must be one that may be stored. Growth is that of the resident memory over
what the process held with the file's bytes; seconds are the processor's.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import signal
import subprocess
import sys
import time
import traceback
from collections import defaultdict
from pathlib import Path

from references.formats import FORMATS, MalformedFile, Record, decode, sniff
from references.formats.csl_json import complaints

ROOT = Path(__file__).resolve().parents[2]

HUGE = 50_000_000
MOST_SECONDS, MOST_MEGABYTES = 2.0, 256
# A process that takes so much is ended, and the file counts as a crash.
KILLED_AFTER_SECONDS, KILLED_AT_BYTES = 60, 2**30
WORKERS = 2
BY_HAND = {
    "ris": (
        "TY  - JOUR\nAU  - van den Berg, Jan, Jr.\nAU  - WHO,\nTI  - A &lt;b&gt; &amp; "
        "<i>c</i>\nPY  - 2015\nDA  - 2015/06/25/\nSN  - 0028-4793\nN1  - x\n  more\nER  - \n"
    ),
    "nbib": (
        "PMID- 26027431\nOWN - NLM\nDP  - 2015 Jun 25-Jul 2\nTI  - A title\n      more.\n"
        "FAU - Larkin, James\nAU  - Larkin J\nCN  - A Group\nLID - 10.1000/x [doi]\n"
        "PT  - Journal Article\nTA  - J\n"
    ),
    "bibtex": (
        '@string{j = "J. X"}\n@article{a, title = {{\\"O}l \\textit{x {y}} $\\alpha^{2}$ '
        "50\\% --}, author = {{A Group} and de la Cruz, Jr., J. and others}, journal = j "
        '# " Suppl", month = jun, year = 2015, url = {http://x.y/~z}}\n'
    ),
    "csv": 'title;author;issued\n"A ""b""\nc";Berg, Jan van den;{WHO};2015-06\n',
    "csl-json": '[{"id": "a", "type": "book", "title": "\\u00fc \\ud83d\\ude00"}]',
}
DEEP = {"csl-json": "[{", "bibtex": "{", "ris": "<i>", "nbib": "&amp;", "csv": '"'}
LONG = ("x", "é", "😀", " ", "\n", "\n a", "{", "}", '"', "\\'", "{x}", "$", "\\", "<i>",
        "&", "a, ", "a and ", "\\textit{", ";", "\r", "\0", "\n\n", "- ", "9", "[", "@")  # fmt: skip
ENCODINGS = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "cp437", "utf-7",
             "utf-8-sig", "cp037", "shift_jis")  # fmt: skip


def seeds() -> dict[str, list[str]]:
    items = json.loads((ROOT / "demo" / "references.csl.json").read_text())
    found = defaultdict(list)
    for name, form in FORMATS.items():
        found[name] += [
            form.dump(items[start : start + 5]) for start in range(0, 65, 13)
        ]
        found[name].append(BY_HAND[name])
    return dict(found)


def flip(text: str, name: str, at: random.Random) -> bytes:
    data = bytearray(text.encode())
    for _ in range(at.choice((1, 3, 30, 300))):
        data[at.randrange(len(data))] = at.randrange(256)
    return bytes(data)


def truncate(text: str, name: str, at: random.Random) -> bytes:
    data = text.encode()
    start = at.choice((0, 0, at.randrange(len(data))))
    return data[start : at.randrange(start, len(data) + 1)]


def encode(text: str, name: str, at: random.Random) -> bytes:
    data = text.encode(at.choice(ENCODINGS), "replace")
    return data[at.choice((0, 0, 1, 2)) :]


def nest(text: str, name: str, at: random.Random) -> bytes:
    times = at.choice((3, 25, 300, 5_000, 200_000))
    opening = at.choice((DEEP[name], *DEEP.values(), "\\textit{", "(", "["))
    closing = at.choice(("", "}", "]}", "]", ")", "</i>")) * times
    return insert(text, opening * times + at.choice(("", "x")) + closing, at).encode()


def lengthen(text: str, name: str, at: random.Random) -> bytes:
    part = at.choice(LONG)
    return insert(text, part * (HUGE // len(part.encode())), at).encode()


def splice(text: str, name: str, at: random.Random) -> bytes:
    other = at.choice(at.choice(list(SEEDS.values())))
    start = at.randrange(len(other))
    return insert(text, other[start : start + at.choice((20, 500, 9_000))], at).encode()


def repeat(text: str, name: str, at: random.Random) -> bytes:
    lines = text.splitlines(keepends=True)
    first = at.randrange(len(lines))
    few = lines[first : first + at.choice((1, 3, 20))]
    return "".join(
        lines[:first] + few * at.choice((2, 50, 1_000)) + lines[first:]
    ).encode()


def thin(text: str, name: str, at: random.Random) -> bytes:
    return "".join(
        line for line in text.splitlines(keepends=True) if at.random() > 0.2
    ).encode()


def poison(text: str, name: str, at: random.Random) -> bytes:
    for _ in range(at.choice((1, 5, 50))):
        text = insert(text, at.choice(("\0", "\x1b", "\x85", "\u2028", "\ufffe", "\\ud800",
                                       "\u202e", "\x0c", "\ue000", "&#0;", "&#xd800;",
                                       "\\u0000", "&#99999999;", "%", "\\", "\r")), at)  # fmt: skip
    return text.encode()


def shuffle(text: str, name: str, at: random.Random) -> bytes:
    parts = text.split(at.choice(("\n", " ", ",", '"', "{", "-")))
    at.shuffle(parts)
    return at.choice(("\n", " ", ",", '"', "{", "\r\n")).join(parts).encode()


def insert(text: str, what: str, at: random.Random) -> str:
    place = at.randrange(len(text) + 1)
    return text[:place] + what + text[place:]


WAYS = (flip, truncate, encode, nest, splice, repeat, thin, poison, shuffle)
SEEDS = seeds()


def damaged(number: int) -> tuple[str, str, bytes]:
    """(format, way, bytes) of the file of this number; each 50th is a huge one."""
    at = random.Random(number)
    name = at.choice(list(SEEDS))
    way = lengthen if number % 50 == 0 else at.choice(WAYS)
    text = at.choice(SEEDS[name])
    return name, way.__name__, way(text, name, at)


def read(name: str, data: bytes) -> str:
    """What became of a file: malformed, or how many of its records were good."""
    good = 0
    try:
        text = decode(data)
        for form in {name, sniff(f"x.{FORMATS[name].extension}", text) or name}:
            for record in FORMATS[form].load(text):
                good += isinstance(record, Record)
                check(record)
    except MalformedFile as error:
        assert str(error) and error.line > 0
        return "malformed"
    return "some good" if good else "none good"


def check(record) -> None:
    """That a record may be stored and shown."""
    assert record.position > 0
    if isinstance(record, Record):
        assert not list(complaints({**record.csl, "id": record.csl.get("id") or "a"}))
    shown = " ".join(record.notes if isinstance(record, Record) else
                     (record.name, record.field, record.reason))  # fmt: skip
    assert "\0" not in shown and shown.encode() is not None


def resident(field: str) -> float:
    """Megabytes: VmRSS now, VmHWM at most since the last reset."""
    status = Path("/proc/self/status").read_text()
    return int(status.split(f"{field}:")[1].split()[0]) / 1024


def measure(number: int) -> dict:
    name, way, data = damaged(number)
    Path("/proc/self/clear_refs").write_text("5")
    before, start = resident("VmRSS"), time.process_time()
    signal.alarm(KILLED_AFTER_SECONDS)
    try:
        result = read(name, data)
    except Exception:  # noqa: BLE001 - whatever comes out is what is looked for
        result = "CRASH " + traceback.format_exc()[-1500:]
    signal.alarm(0)
    seconds = time.process_time() - start
    grown = resident("VmHWM") - before
    return {"number": number, "format": name, "way": way, "bytes": len(data),
            "result": result, "seconds": seconds, "grown": grown}  # fmt: skip


def work(numbers: range) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (KILLED_AT_BYTES, KILLED_AT_BYTES))
    for number in numbers:
        print(json.dumps(measure(number)), flush=True)


def started(numbers: range) -> subprocess.Popen:
    span = f"{numbers.start}:{numbers.stop}:{numbers.step}"
    return subprocess.Popen(
        [sys.executable, "-m", "bench.fuzz.formats", "--worker", span],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def results(files: int):
    """What came of each file; a process that dies is one crash, and is replaced."""
    spans = [range(start, files, WORKERS) for start in range(WORKERS)]
    while spans:
        running = [(span, started(span)) for span in spans]
        spans = []
        for span, process in running:
            done = 0
            for line in process.stdout or ():
                done += 1
                yield json.loads(line)
            process.wait()
            if done < len(span):
                number = span[done]
                name, way, data = damaged(number)
                yield {"number": number, "format": name, "way": way, "bytes": len(data),
                       "result": "CRASH the process died", "seconds": 0, "grown": 0}  # fmt: skip
                spans.append(span[done + 1 :])


def report(files: int) -> int:
    rows, bad = defaultdict(list), []
    for one in results(files):
        rows[one["way"]].append(one)
        is_crash = one["result"].startswith("CRASH")
        if is_crash or one["seconds"] > MOST_SECONDS or one["grown"] > MOST_MEGABYTES:
            bad.append(one)
    print(
        "| Damage | Files | Malformed | Some good | None good | Crashes | Most s | Most MB |"
    )
    print("|---|--:|--:|--:|--:|--:|--:|--:|")
    everything = [one for found in rows.values() for one in found]
    for way, found in [*sorted(rows.items()), ("all", everything)]:
        counts = [sum(one["result"].startswith(kind) for one in found)
                  for kind in ("malformed", "some good", "none good", "CRASH")]  # fmt: skip
        print(f"| {way} | {len(found)} | {' | '.join(map(str, counts))} "
              f"| {max(one['seconds'] for one in found):.2f} "
              f"| {max(one['grown'] for one in found):.0f} |")  # fmt: skip
    for one in bad:
        print(f"file {one['number']} ({one['format']}, {one['way']}, {one['bytes']} bytes): "
              f"{one['seconds']:.2f} s, {one['grown']:.0f} MB, {one['result']}")  # fmt: skip
    return 1 if bad else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="?", type=int, default=10_000)
    parser.add_argument("--one", type=int)
    parser.add_argument("--worker")
    options = parser.parse_args()
    if options.worker:
        work(range(*map(int, options.worker.split(":"))))
        return 0
    if options.one is not None:
        print(measure(options.one))
        return 0
    return report(options.files)


if __name__ == "__main__":
    sys.exit(main())
