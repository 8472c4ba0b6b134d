"""The rule for explicit marks: ``[[term]]``, ``[[term|words]]``, ``[[!words]]``. Pure."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

# No mark is longer; so open brackets are never looked at further.
_LONGEST = 400


def install(parser: MarkdownIt) -> None:
    """Add the rule to a parser.

    ``[[term|words]]`` makes a ``term`` token: ``content`` the words to show,
    ``meta["target"]`` the term's name. ``[[!words]]`` makes a ``never`` token.
    """
    parser.inline.ruler.before("link", "term", _rule)


def _rule(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith("[[", state.pos):
        return False
    window = state.src[state.pos : state.pos + _LONGEST]
    end = window.find("]]")
    content = window[2:end]
    if end == -1 or "[" in content or "\n\n" in content:
        return False
    is_never = content.startswith("!")
    target, bar, words = content.removeprefix("!").partition("|")
    shown = words if bar and not is_never else content.removeprefix("!")
    if not target.strip() or not shown.strip():
        return False
    if not silent:
        token = state.push("never" if is_never else "term", "", 0)
        token.content = " ".join(shown.split())
        token.meta = {
            "target": " ".join(target.split()),
            "line": state.src.count("\n", 0, state.pos),
        }
    state.pos += end + 2
    return True
