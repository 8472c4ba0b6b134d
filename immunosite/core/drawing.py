"""Charts as figures: words, a drawing, a table. Pure.

All words are text of the page, so they grow with it, are found and are read aloud; the
drawing between them is hidden from screen readers. What an author typed goes through
the Markdown of the page (so it is cited, linked and escaped like all other words) and
never into an attribute.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from .charts import Chart, Row, Words, amiss, parse
from .markdown import Problem, plain_text

# A short row becomes a long drawing, so a page can't hold any number of them.
MAX_CHARTS = 20
_PROBLEMS, _SOURCES = "chart_problems", "chart_sources"

# One person in a box of 10 by 16: head, then shoulders. In rows of two times ten.
_PERSON = "a2.3 2.3 0 1 0 4.6 0a2.3 2.3 0 1 0-4.6 0m-1.2 9.8v-3a3.5 3.5 0 0 1 7 0v3z"
_WIDE, _HIGH, _IN_ROW, _GAP = 10, 16, 20, 4
_FILLED = 'fill="currentColor" stroke="currentColor" stroke-width="0.8"'
_OUTLINED = 'fill="none" stroke="currentColor" stroke-width="0.8"'


def install(parser: MarkdownIt) -> None:
    """Let a parser turn ``chart`` fences into figures, before it reads their words.

    A block that is no chart stays code. See :func:`problems_in`.
    """
    parser.core.ruler.after("block", "chart", _expand)
    parser.add_render_rule("chart_html", _as_made)
    parser.add_render_rule("chart_table", _table)


def problems_in(env: Mapping[str, Any]) -> Iterator[Problem]:
    """What is amiss in the charts of a page that was parsed with this ``env``."""
    yield from env.get(_PROBLEMS, ())
    for source in env.get(_SOURCES, ()):
        kinds = {child.type for child in source.children or ()}
        if not kinds & {"citation", "miscited"}:
            message = "The source of a chart must hold a citation: “source: [@key]”."
            yield amiss(source.map[0] + 1, message)


def _is_chart(token: Token) -> bool:
    return token.type == "fence" and token.info.split()[:1] == ["chart"]


def _expand(state: StateCore) -> None:
    if "chart" not in state.src:
        return
    tokens: list[Token] = []
    count = 0
    for token in state.tokens:
        if _is_chart(token):
            count += 1
            tokens += _read(token, count, state.env)
        else:
            tokens.append(token)
    state.tokens = tokens


def _read(fence: Token, count: int, env: Any) -> list[Token]:
    start, end = fence.map or [0, 0]
    if end - start < fence.content.count("\n") + 2:
        message = f"The chart has no closing line “{fence.markup}”."
        found: Chart | list[Problem] = [amiss(start + 1, message)]
    elif count > MAX_CHARTS:
        message = f"A page can hold {MAX_CHARTS} charts."
        found = [amiss(start + 1, message)] if count == MAX_CHARTS + 1 else []
    else:
        found = parse(fence.content, start + 1)
    if isinstance(found, Chart):
        source = _inline(found.source)
        env.setdefault(_SOURCES, []).append(source)
        return list(_figure(found, source))
    env.setdefault(_PROBLEMS, []).extend(found)
    return [fence]


def _figure(chart: Chart, source: Token) -> Iterator[Token]:
    """The figure: title, key, a line and a drawing for each row, source, table."""
    title, counted = _inline(chart.title), _inline(chart.head[1])
    labels = [_inline(row.label) for row in chart.rows]
    yield _html(f'<figure class="chart chart-{chart.kind}">\n<figcaption>')
    yield title
    key = _key() if chart.kind == "people" else ""
    yield _html(f'</figcaption>\n<p class="chart-key">{key}')
    yield counted
    yield _html('</p>\n<ul class="chart-rows">\n')
    for row, label in zip(chart.rows, labels, strict=True):
        yield _html('<li><p><span class="chart-label">')
        yield label
        yield _html("</span> <strong>")
        yield _inline(Words(_said(row, chart.unit), row.label.line))
        yield _html(f"</strong></p>\n{_drawing(chart, row)}</li>\n")
    yield _html('</ul>\n<p class="chart-source">Source: ')
    yield source
    yield _html("</p>\n<details>\n<summary>Show the numbers as a table</summary>\n")
    meta = {"chart": chart, "title": title, "counted": counted, "labels": labels}
    yield Token("chart_table", "", 0, block=True, meta=meta)
    yield _html("</details>\n</figure>\n")


def _html(made: str) -> Token:
    return Token("chart_html", "", 0, content=made, block=True)


def _inline(words: Words) -> Token:
    lines = [words.line - 1, words.line]
    meta = {"chart": True}
    return Token("inline", "", 0, content=words.text, map=lines, children=[], meta=meta)


def _said(row: Row, unit: str) -> str:
    return f"{row.shown}%" if unit == "%" else f"{row.shown} {unit}".rstrip()


def _drawing(chart: Chart, row: Row) -> str:
    if chart.kind == "people":
        return _people(int(row.number), chart.total)
    share = row.number / chart.full * 100 if chart.full else 0
    return (
        '<svg class="bar" viewBox="0 0 100 3" preserveAspectRatio="none" '
        f'aria-hidden="true"><rect width="{share:.2f}" height="3" '
        'fill="currentColor"></rect></svg>'
    )


def _people(count: int, total: int) -> str:
    """``total`` people, the first ``count`` of them filled, the others in outline."""
    wide, high = _IN_ROW * _WIDE + _GAP, -(-total // _IN_ROW) * _HIGH
    filled = f'<path d="{_crowd(0, count)}" {_FILLED}></path>' if count else ""
    rest = f'<path d="{_crowd(count, total)}" {_OUTLINED}></path>'
    return (
        f'<svg class="people" viewBox="0 0 {wide} {high}" aria-hidden="true">'
        f"{filled}{rest if count < total else ''}</svg>"
    )


def _key() -> str:
    # Its size is given: it must stay small where no style sheet says so.
    return (
        f'<svg width="{_WIDE}" height="{_HIGH}" viewBox="0 0 {_WIDE} {_HIGH}" '
        f'aria-hidden="true"><path d="{_crowd(0, 1)}" {_FILLED}></path></svg> '
    )


@lru_cache(maxsize=256)
def _crowd(start: int, end: int) -> str:
    places = []
    for index in range(start, end):
        row, column = divmod(index, _IN_ROW)
        x = column * _WIDE + (_GAP if column >= _IN_ROW // 2 else 0)
        places.append(f"M{x + 2.7:g} {row * _HIGH + 3.4:g}{_PERSON}")
    return "".join(places)


def _as_made(self: Any, tokens: Any, index: int, *args: Any) -> str:
    return tokens[index].content


def _table(self: Any, tokens: Any, index: int, *args: Any) -> str:
    """The same words as a table: plain, since no id may be given out twice."""
    meta = tokens[index].meta
    chart: Chart = meta["chart"]
    unit = f" ({escape(chart.unit)})" if chart.unit else ""
    rows = "".join(
        f'<tr><th scope="row">{_plain(label)}</th><td>{escape(row.shown)}</td></tr>\n'
        for row, label in zip(chart.rows, meta["labels"], strict=True)
    )
    return (
        f"<table>\n<caption>{_plain(meta['title'])}</caption>\n"
        f'<thead><tr><th scope="col">{escape(chart.head[0].text)}</th>'
        f'<th scope="col">{_plain(meta["counted"])}{unit}</th></tr></thead>\n'
        f"<tbody>\n{rows}</tbody>\n</table>\n"
    )


def _plain(inline: Token) -> str:
    return escape(plain_text(inline.children))
