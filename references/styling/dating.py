"""Dates in a CSL style, see :mod:`.elements`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from citeproc import model
from citeproc.model import CitationStylesElement
from citeproc.source import DateRange, LiteralDate, VariableError

from .elements import take

_DATE_PARTS = ["year", "month", "day"]


class Date(model.Date, CitationStylesElement):
    def process(self, item: Any, context: Any = None, **kwargs: Any) -> str | None:
        value = take(item, self.get("variable"))
        source = self.get_date(self.get("form")) if self.get("form") else self
        wanted = self.get("date-parts", "year-month-day").split("-")
        parts = [part for part in source.iterchildren() if part.get("name") in wanted]
        if isinstance(value, LiteralDate):
            has_year = "year" in [part.get("name") for part in parts]
            return value.text if has_year else None
        delimiter = source.get("delimiter", "")
        if isinstance(value, DateRange):
            blocks = self._range(parts, value, delimiter)
        else:
            blocks = self._shown(parts, value)
        return delimiter.join(blocks) or None

    def _range(
        self, parts: Sequence[Any], dates: DateRange, delimiter: str
    ) -> list[str]:
        """What both ends share once, the rest as “begin–end” (“Date Ranges”)."""
        names = [part.get("name") for part in parts]
        differ = next(
            (
                n
                for n in _DATE_PARTS
                if n in names and dates.begin.get(n) != dates.end.get(n)
            ),
            None,
        )
        if differ is None:
            return self._shown(parts, dates.begin)
        varying = _DATE_PARTS[_DATE_PARTS.index(differ) :]
        places = [at for at, name in enumerate(names) if name in varying]
        first, last = places[0], places[-1] + 1
        begin = delimiter.join(self._shown(parts[first:last], dates.begin))
        end = delimiter.join(self._shown(parts[first:last], dates.end))
        return [
            *self._shown(parts[:first], dates.begin),
            f"{begin.rstrip(' ,')}–{end.lstrip()}",
            *self._shown(parts[last:], dates.begin),
        ]

    def _shown(self, parts: Sequence[Any], date: Any) -> list[str]:
        return [text for text in self._each(parts, date) if text]

    def _each(self, parts: Sequence[Any], date: Any) -> Iterator[str]:
        for part in parts:
            if part.get("name") == "month" and "month" not in date and "season" in date:
                season = self.get_single_term(name=f"season-{date.season:02}")
                yield str(part.markup(season))
                continue
            try:
                yield str(part.render(date, self) or "")
            except VariableError:
                continue

    def markup(self, text: str | None) -> Any:
        return self.wrap(self.format(text)) if text else None
