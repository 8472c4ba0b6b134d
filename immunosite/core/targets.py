"""Where links and pictures of a text lead. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from markdown_it.token import Token

from .markdown import Link, Problem, plain_text

PLACEHOLDER = "Describe this image"
_SCHEME = re.compile(r"\A([a-zA-Z][a-zA-Z0-9+.-]*):")
_ALLOWED = {"http", "https", "mailto"}
# Pictures tell their size in their names, so that a page can leave room for them.
_SIZE = re.compile(r"-(\d{1,5})x(\d{1,5})\.\w+(?:#[\w-]+)?\Z")


def size_of(source: str) -> tuple[int, int] | None:
    """Width and height in pixels that a picture's address tells, or None."""
    found = _SIZE.search(source)
    return (int(found[1]), int(found[2])) if found else None


class Targets:
    """Resolves the links of one page and collects what an editor should know.

    ``addresses`` leads from slugs of live articles to paths; ``upcoming`` holds slugs
    of articles that exist but are not live: their links become plain words for now.
    """

    def __init__(
        self,
        addresses: Mapping[str, str],
        upcoming: Collection[str],
        problems: list[Problem],
    ) -> None:
        self.links: list[Link] = []
        self._addresses = addresses
        self._upcoming = upcoming
        self._problems = problems

    def resolve(self, inline: Token) -> None:
        """Settle the links and pictures of one block."""
        children = inline.children or []
        line = (inline.map or [0])[0] + 1 if inline.map else None
        opened: list[bool] = []
        for index, token in enumerate(children):
            if token.type in ("softbreak", "hardbreak") and line:
                line += 1
            elif token.type == "link_open":
                opened.append(self._link(token, _words(children, index), line))
            elif token.type == "link_close" and not opened.pop():
                token.tag = "span"
            elif token.type == "image":
                self._picture(token, line)

    def _link(self, token: Token, words: str, line: int | None) -> bool:
        """Whether it stays a link; otherwise it becomes a span."""
        href = str(token.attrs.get("href", ""))
        match = _SCHEME.match(href)
        scheme = match[1].lower() if match else ""
        if scheme == "article":
            return self._article(token, href, words, line)
        if not href:
            self._drop(token, line, f"The link “{words}” has no address.")
            return False
        if scheme and scheme not in _ALLOWED:
            message = f"Links to “{scheme}:” are not allowed; “{words}” is no link."
            self._drop(token, line, message)
            return False
        self.links.append(Link(href, words, line))
        return True

    def _article(self, token: Token, href: str, words: str, line: int | None) -> bool:
        slug, mark, fragment = href.partition(":")[2].partition("#")
        path = self._addresses.get(slug)
        if path is not None:
            token.attrs["href"] = path + mark + fragment
            self.links.append(Link(path + mark + fragment, words, line))
            return True
        if slug in self._upcoming:
            message = f"The article “{slug}” is not live, so “{words}” is no link yet."
            self._note(line, "warning", message)
            token.tag, token.attrs = "span", {}
            return False
        self._drop(token, line, f"There is no article “{slug}”.")
        return False

    def _picture(self, token: Token, line: int | None) -> None:
        alt = plain_text(token.children)
        source = str(token.attrs.get("src", ""))
        if not alt or alt == PLACEHOLDER:
            message = "This picture has no description for readers who can't see it."
            self._note(line, "error", message, "alt")
        if _SCHEME.match(source) or source.startswith("//"):
            message = "Pictures of other sites are not shown. Upload it here."
            self._note(line, "error", message, "picture")
        if size := size_of(source):
            token.attrs["width"], token.attrs["height"] = map(str, size)
        token.attrs["loading"] = "lazy"
        token.attrs["decoding"] = "async"

    def _drop(self, token: Token, line: int | None, message: str) -> None:
        self._note(line, "error", message)
        token.tag, token.attrs = "span", {"class": "unresolved"}

    def _note(
        self, line: int | None, severity: str, message: str, code: str = "link"
    ) -> None:
        level = "error" if severity == "error" else "warning"
        self._problems.append(Problem(line, level, code, message))  # type: ignore[arg-type]


def _words(children: list[Token], index: int) -> str:
    """The words between a link's opening and its end; links can't be nested."""
    inside = []
    for token in children[index + 1 :]:
        if token.type == "link_close":
            break
        inside.append(token)
    return plain_text(inside)
