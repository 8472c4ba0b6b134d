"""Words as the search sees them: folded, cut at every non-letter, stemmed.

Both databases are given these tokens and told to change nothing about them, so a
search means the same on both. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import snowballstemmer

# An accent may be a character of its own, behind its letter.
_WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
_STEMMER = snowballstemmer.stemmer("english")


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of one word, whatever its case and accents: ``Tumours`` → ``tumour``."""
    folded = unicodedata.normalize("NFKD", word.casefold())
    plain = "".join(char for char in folded if not unicodedata.combining(char))
    return _STEMMER.stemWord(plain)


def words_with_places(text: str) -> list[tuple[int, int, str]]:
    """Every word of ``text`` as (start, end, stem); offsets are of ``text`` itself."""
    return [(m.start(), m.end(), stem(m.group())) for m in _WORD.finditer(text)]


def tokens(text: str) -> str:
    """The stems of ``text``, joined by spaces."""
    return " ".join(stem(word) for word in _WORD.findall(text))
