"""Turn the citations of a block into numbers that lead to the references. Pure."""

from __future__ import annotations

from itertools import zip_longest

from markdown_it.token import Token

from immunosite.core.markdown import MAX_SUGGESTIONS, Problem
from immunosite.core.suggesting import nearest
from references import citing
from references.citing import Library, Numbering

from .mentioning import LINK_END


def cite(
    inline: Token, library: Library, numbering: Numbering, problems: list[Problem]
) -> None:
    """Number the citations of one block; clusters that touch become one."""
    if "@" not in inline.content:
        return
    first = inline.map[0] + 1 if inline.map else None
    children: list[Token] = []
    for token in inline.children or ():
        before = children[-1] if children else None
        if token.type == "citation" and before:
            if before.type == "citation":
                before.meta["items"] += token.meta["items"]
                continue
            # The mark is raised, so it stands close to the word before it.
            if before.type == "text":
                before.content = before.content.rstrip(" ")
        children.append(token)
    for token, following in zip_longest(children, children[1:]):
        line = first and first + token.meta.get("line", 0)
        if token.type == "citation":
            _number(token, line, library, numbering, problems)
            if following and LINK_END.match(following.content):
                message = "A link can't hold a citation. Move it behind the link."
                problems.append(Problem(line, "error", "citation", message))
        elif token.type == "miscited":
            message = (
                f"“{token.content[:60]}” is not a citation that can be read. Write "
                "[@key] or [@key, p. 3; @other]."
            )
            problems.append(Problem(line, "error", "citation", message))
    inline.children = children


def _number(
    token: Token,
    line: int | None,
    library: Library,
    numbering: Numbering,
    problems: list[Problem],
) -> None:
    items = token.meta["items"]
    # By the source's own key, for a source may have former ones too.
    known_items = [
        citing.Cited(source.key, item.locator, source.standing)
        for item in items
        if (source := library.get(item.key))
    ]
    uses = numbering.add(known_items, line)
    unknown = [item.key for item in items if item.key not in library]
    for key in unknown:
        known = library if len(problems) < MAX_SUGGESTIONS else {}
        problems.append(Problem(line, "error", "citation", _unknown(key, known)))
    token.meta["html"] = citing.mark(uses, unknown)


def _unknown(key: str, library: Library) -> str:
    near = [f"“{other}” ({library[other].label})" for other in nearest(key, library)]
    asked = f" Did you mean {' or '.join(near)}?" if near else ""
    return f"No reference has the key “{key}”.{asked}"
