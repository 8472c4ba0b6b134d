"""Dates as the exchange formats write them, to and from CSL-JSON's. Pure.

EDTF (ISO 8601-2, level 1: 2015-06/2015-07, 2015-21 for a spring, 2015~), RIS
(2015/06/25/Winter), MEDLINE (2015 Jun 25-Jul 2) and as people write them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
SEASONS = "Spring Summer Autumn Winter".split()
_MONTH_NAMES = """january february march april may june july august september october
november december""".split()
_WORDS = (
    {name[:3]: number for number, name in enumerate(_MONTH_NAMES, start=1)}
    | {name: number for number, name in enumerate(_MONTH_NAMES, start=1)}
    | {"sept": 9}
)
_SEASON_WORDS = {
    name.lower(): number for number, name in enumerate(SEASONS, start=1)
} | {"fall": 3}
_MOST = 100
_EDTF = re.compile(r"(-?\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:T[\d:.+Z-]*)?")
_SLASHED = re.compile(r"(\d{4})(?:/(\d{0,2}))?(?:/(\d{0,2}))?(?:/(.*))?")
_TOKEN = re.compile(r"\d{4}|\d{1,2}|[a-z]+|-", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s,.]*")
_Day = dict[str, int]


def read_date(text: str) -> dict[str, Any]:
    """A date of CSL-JSON; ``{"raw": text}`` when it isn't understood. Empty for an
    empty text."""
    text = " ".join(text.split())
    if not text:
        return {}
    bare = text.replace("–", "-")
    if len(text) <= _MOST:
        for read in (_read_edtf, _read_slashed, _read_words):
            if date := read(bare):
                return date
    return {"raw": text}


def is_understood(date: Mapping[str, Any]) -> bool:
    """Whether a date is more than the text that it was read from."""
    return "date-parts" in date


def _read_edtf(text: str) -> dict[str, Any] | None:
    is_circa = text.endswith(("~", "?"))
    halves = text.rstrip("~?").split("/")
    matches = [_EDTF.fullmatch(half.rstrip("~?")) for half in halves[:2]]
    if len(halves) > 2 or not all(matches):
        return None
    days = [
        _day(*(int(part) if part else None for part in match.groups()))
        for match in matches
        if match
    ]
    return _date(days, is_circa=is_circa)


def _read_slashed(text: str) -> dict[str, Any] | None:
    match = _SLASHED.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups()[:3])
    rest = (match[4] or "").strip(" /")
    found = _day(year, month, day)
    if rest.lower() in _SEASON_WORDS and not month:
        found["season"] = _SEASON_WORDS[rest.lower()]
    elif rest:
        return None
    return _date([found])


def _read_words(text: str) -> dict[str, Any] | None:
    tokens = _tokens(text)
    halves: list[_Day] = [{}]
    for token in tokens:
        if token == "-":
            halves.append({})
        elif not _take(token, halves[-1]):
            return None
    if not tokens or len(halves) > 2 or not all(halves):
        return None
    if len(halves) == 2:
        _complete(*halves)
    return _date(halves)


def _tokens(text: str) -> list[str]:
    """The numbers, words and hyphens of a text; none when there is more in it."""
    tokens, place = [], 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            return []
        tokens.append(match[0].lower())
        gap = _BETWEEN.match(text, match.end())
        place = gap.end() if gap else match.end()
    return tokens


def _take(token: str, day: _Day) -> bool:
    """Put a token where it belongs; whether it has such a place and that was free."""
    part, number = "", 0
    if token.isdigit():
        part, number = "year" if len(token) == 4 else "day", int(token)
    elif token in _WORDS:
        part, number = "month", _WORDS[token]
    elif token in _SEASON_WORDS:
        part, number = "season", _SEASON_WORDS[token]
    is_free = bool(part) and part not in day
    if is_free:
        day[part] = number
    return is_free


def _complete(first: _Day, last: _Day) -> None:
    """Give each end of a range what only the other one says."""
    if "year" not in last and "year" in first:
        last["year"] = first["year"]
    elif "year" not in first and "year" in last:
        first["year"] = last["year"]
    if "day" in last and "month" not in last and "month" in first:
        last["month"] = first["month"]
    elif "day" in first and "month" not in first and "month" in last:
        first["month"] = last["month"]


def _day(year: int | None, month: int | None, day: int | None) -> _Day:
    given = {"year": year, "month": month, "day": day}
    found = {part: number for part, number in given.items() if number is not None}
    if month is not None and 21 <= month <= 24:
        found["season"] = found.pop("month") - 20
    return {part: n for part, n in found.items() if n or part == "year"}


def _date(days: Sequence[_Day], *, is_circa: bool = False) -> dict[str, Any] | None:
    parts = [_parts(day) for day in days]
    seasons = [day["season"] for day in days if "season" in day]
    if not all(parts) or (seasons and (len(days) > 1 or "month" in days[0])):
        return None
    date: dict[str, Any] = {"date-parts": parts}
    if seasons:
        date["season"] = seasons[0]
    if is_circa:
        date["circa"] = True
    return date


def _parts(day: _Day) -> list[int]:
    """Year, month and day as far as they are known; empty when that is no date."""
    parts = [day[part] for part in ("year", "month", "day") if part in day]
    has_gap = "year" not in day or ("day" in day and "month" not in day)
    if (
        has_gap
        or not 1 <= day.get("month", 1) <= 12
        or not 1 <= day.get("day", 1) <= 31
    ):
        return []
    return parts


def days_of(date: Mapping[str, Any]) -> list[list[int]]:
    """The one or two days of a CSL-JSON date, as numbers."""
    return [[int(part) for part in day] for day in date.get("date-parts", [])]


def season_of(date: Mapping[str, Any]) -> int | None:
    """The season of a date of one year, 1 for spring."""
    days = days_of(date)
    season = str(date.get("season", "")).strip().lower()
    number = (
        int(season) if season in ("1", "2", "3", "4") else _SEASON_WORDS.get(season)
    )
    return number if len(days) == 1 and len(days[0]) == 1 else None


def write_edtf(date: Mapping[str, Any]) -> str:
    """A date as EDTF, or the text of one that is only text."""
    days, season = days_of(date), season_of(date)
    if not days:
        return _as_written(date)
    if season:
        return f"{_year(days[0][0])}-{20 + season}{_circa(date)}"
    written = [
        "-".join([_year(day[0]), *(f"{part:02}" for part in day[1:])]) for day in days
    ]
    return "/".join(written) + _circa(date)


def write_slashed(date: Mapping[str, Any]) -> str:
    """A date as RIS has it, ranges and uncertain ones as EDTF."""
    days, season = days_of(date), season_of(date)
    if len(days) != 1 or _circa(date) or days[0][0] < 0:
        return write_edtf(date)
    parts = [_year(days[0][0]), *(f"{part:02}" for part in days[0][1:])]
    return "/".join(
        [*parts, *[""] * (3 - len(parts)), SEASONS[season - 1] if season else ""]
    )


def write_words(date: Mapping[str, Any]) -> str:
    """A date as MEDLINE has it, uncertain ones as EDTF."""
    days, season = days_of(date), season_of(date)
    if not days or _circa(date) or any(day[0] < 0 for day in days):
        return write_edtf(date)
    words = [
        " ".join(
            [_year(day[0]), *(MONTHS[m - 1] for m in day[1:2]), *map(str, day[2:])]
        )
        for day in days
    ]
    return f"{words[0]} {SEASONS[season - 1]}" if season else "-".join(words)


def _as_written(date: Mapping[str, Any]) -> str:
    texts = (str(date.get(part, "")) for part in ("raw", "literal", "edtf"))
    return " ".join(next(filter(None, texts), "").split())


def _circa(date: Mapping[str, Any]) -> str:
    return "~" if date.get("circa") else ""


def _year(year: int) -> str:
    return f"-{-year:04}" if year < 0 else f"{year:04}"
