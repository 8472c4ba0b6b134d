"""Short excerpts of a text around the words that a reader searched for. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from .stemming import tokens, words_with_places


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of an excerpt; ``is_hit`` when it is one of the words searched for."""

    text: str
    is_hit: bool


def mark(text: str, words: str) -> list[Piece]:
    """Cut ``text`` into pieces, the words searched for apart from the rest."""
    wanted = tokens(words).split()
    if not wanted:
        return [Piece(text, False)] if text else []
    pieces: list[Piece] = []
    end = 0
    for start, stop, stem in words_with_places(text):
        if stem in wanted or stem.startswith(wanted[-1]):
            pieces += [Piece(text[end:start], False), Piece(text[start:stop], True)]
            end = stop
    pieces.append(Piece(text[end:], False))
    return [piece for piece in pieces if piece.text]


def excerpt(text: str, words: str, *, length: int = 200) -> list[Piece]:
    """About ``length`` characters of ``text`` around the first hit, cut at words."""
    flat = " ".join(text.split())
    hits = list(mark(flat, words))
    first = len(hits[0].text) if hits and not hits[0].is_hit and len(hits) > 1 else 0
    start = 0 if first <= length // 3 else flat.rfind(" ", 0, first - length // 3) + 1
    stop = (
        len(flat)
        if start + length >= len(flat)
        else flat.rfind(" ", start, start + length)
    )
    stop = stop if stop > start else start + length
    shown = (
        ("… " if start else "") + flat[start:stop] + (" …" if stop < len(flat) else "")
    )
    return mark(shown, words)
