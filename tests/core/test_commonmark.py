"""The language is CommonMark 0.31.2, but for what our own rules add."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from glossary.linking import Vocabulary
from glossary.rendering import render
from immunosite.core.markdown import build_parser, sanitise

SPEC = Path(__file__).parents[2] / "node_modules/commonmark-spec/spec.txt"
_EXAMPLE = re.compile(
    r"^`{32} example\n([\s\S]*?)^\.\n([\s\S]*?)^`{32}$|^#{1,6} *(.*)$", re.MULTILINE
)


def read_examples() -> list[tuple[int, str, str, str]]:
    """(number, section, Markdown, HTML) of every example of the specification."""
    if not SPEC.exists():
        pytest.fail("The examples are missing: run `npm ci` (make test does).")
    text = SPEC.read_text().replace("→", "\t")
    examples, section = [], ""
    for markdown, html, heading in _EXAMPLE.findall(
        text.partition("<!-- END TESTS")[0]
    ):
        if heading:
            section = heading
        else:
            examples.append((len(examples) + 1, section, markdown, html))
    return examples


EXAMPLES = read_examples() if SPEC.exists() else []
_IDS = [f"{number} {section}" for number, section, *_ in EXAMPLES]
_BLOCKS = {
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "hr"),
    *("pre", "table", "thead", "tbody", "tr", "th", "td", "div", "br"),
}


class _Normaliser(HTMLParser):
    """HTML as a list of events, without what may differ: the order of attributes,
    white space beside blocks, void tags' slashes."""

    def __init__(self, drop: set[str]) -> None:
        super().__init__()
        self.events: list[object] = []
        self._drop = drop
        self._pre = 0

    def handle_starttag(self, tag, attrs):
        self._pre += tag == "pre"
        kept = sorted((k, v or "") for k, v in attrs if k not in self._drop)
        self.events.append((tag, tuple(kept)))

    def handle_endtag(self, tag):
        self._pre -= tag == "pre"
        if tag not in ("br", "hr", "img"):
            self.events.append("/" + tag)

    def handle_data(self, data):
        self.events.append(data if self._pre else re.sub(r"\s+", " ", data))

    def result(self) -> list[object]:
        out: list[object] = []
        for event in self.events:
            is_text = isinstance(event, str) and not event.startswith("/")
            if is_text and out and isinstance(out[-1], str) and out[-1][:1] != "/":
                out[-1] += event
            else:
                out.append(event)
        return [event for event in out if event != " "]


def normal(html: str, *, drop: frozenset[str] = frozenset()) -> list[object]:
    parser = _Normaliser(set(drop))
    parser.feed(html)
    parser.close()
    return [
        event.strip() if isinstance(event, str) and event[:1] != "/" else event
        for event in parser.result()
    ]


def raw_html(markdown: str) -> list[str]:
    """The pieces of an example that CommonMark passes through as raw HTML."""
    tokens = build_parser().enable(["html_block", "html_inline"])
    tokens.options["html"] = True
    pieces = []
    for token in tokens.parse(markdown):
        if token.type == "html_block":
            pieces.append(token.content)
        pieces += [c.content for c in token.children or () if c.type == "html_inline"]
    return pieces


def test_all_examples_are_read():
    assert len(read_examples()) == 652


@pytest.mark.parametrize(("number", "section", "markdown", "html"), EXAMPLES, ids=_IDS)
def test_the_base_parser_agrees(number, section, markdown, html):
    shown = build_parser().render(markdown)
    if pieces := raw_html(markdown):
        assert not re.search(r"<(?:script|style|iframe|form|object)", shown)
        assert not [piece for piece in pieces if piece.strip() and piece in shown]
    else:
        assert normal(shown) == normal(html)


# What render makes of an example otherwise than CommonMark, and why.
_EMPTY = "a link without an address is no link, and the editor is told"
_MARK = "[[words]] is our explicit mark of a term"
_SCHEME = "only http, https and mailto are linked"
OTHERWISE = {
    **dict.fromkeys((200, 485, 486, 487, 567), _EMPTY),
    **dict.fromkeys((548, 559, 590), _MARK),
    **dict.fromkeys((596, 598, 599, 601), _SCHEME),
}
# Ids of headings and lazy pictures are ours.
_OURS = frozenset({"id", "loading", "decoding"})


def whole(markdown: str) -> str:
    return render(markdown, vocabulary=Vocabulary(), library={}, addresses={}).html


@pytest.mark.parametrize(("number", "section", "markdown", "html"), EXAMPLES, ids=_IDS)
def test_the_whole_pipeline_agrees(number, section, markdown, html):
    shown = whole(markdown)
    assert sanitise(shown) == shown
    if raw_html(markdown):
        return
    agrees = normal(shown, drop=_OURS) == normal(html, drop=_OURS)
    assert agrees == (number not in OTHERWISE), OTHERWISE.get(number, shown)


def test_raw_html_is_shown_as_text():
    assert escape("<b onclick=x>") in whole("<b onclick=x>bold</b>")
