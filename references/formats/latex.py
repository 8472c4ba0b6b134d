"""Texts with LaTeX in them, to and from the markup of CSL-JSON. Pure, on pylatexenc."""

from __future__ import annotations

import logging
import re
from functools import lru_cache

from pylatexenc import latex2text, latexwalker
from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec
from pylatexenc.latexwalker import LatexWalker, LatexWalkerError
from pylatexenc.macrospec import std_macro

from .markup import read_markup, write_markup

# It says on the standard error what the notes of a record say already.
logging.getLogger("pylatexenc").addHandler(logging.NullHandler())

# Longer texts with LaTeX take too much time, deeper ones Python's stack.
MAX_LENGTH = 50_000
MAX_DEPTH = 20
# Braces that are letters, while the others are syntax.
_LEFT, _RIGHT = "\ue000", "\ue001"
_MARKUP = {
    "textit": ("<i>", "</i>"),
    "emph": ("<i>", "</i>"),
    "textsl": ("<i>", "</i>"),
    "mkbibemph": ("<i>", "</i>"),
    "mkbibitalic": ("<i>", "</i>"),
    "textbf": ("<b>", "</b>"),
    "mkbibbold": ("<b>", "</b>"),
    "textsuperscript": ("<sup>", "</sup>"),
    "mkbibsuperscript": ("<sup>", "</sup>"),
    "textsubscript": ("<sub>", "</sub>"),
    "mkbibsubscript": ("<sub>", "</sub>"),
    "textsc": ('<span style="font-variant:small-caps;">', "</span>"),
    "mkbibquote": ("“", "”"),
    "enquote": ("“", "”"),
    "url": ("", ""),
    "texttt": ("", ""),
    "mbox": ("", ""),
    "nocase": ("", ""),
}
_SIGNS = {
    "{": _LEFT, "}": _RIGHT, "textbraceleft": _LEFT, "textbraceright": _RIGHT,
    "textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^",
    "textgreater": ">", "textless": "<", "textbar": "|", "slash": "/",
}  # fmt: skip
_WALKING = latexwalker.get_default_latex_context_db()
_WALKING.add_context_category(
    "references",
    prepend=True,
    macros=[std_macro(name, "{") for name in _MARKUP]
    + [std_macro(name, "") for name in _SIGNS]
    + [std_macro("href", "{{")],
)
_TELLING = latex2text.get_default_latex_context_db()
_TELLING.add_context_category(
    "references",
    prepend=True,
    macros=[
        MacroTextSpec(name, simplify_repl=f"{before}%s{after}")
        for name, (before, after) in _MARKUP.items()
    ]
    + [MacroTextSpec(name, simplify_repl=sign) for name, sign in _SIGNS.items()]
    + [MacroTextSpec("href", simplify_repl="%(2)s")],
)
_DECODER = LatexNodes2Text(
    latex_context=_TELLING, keep_braced_groups=True, math_mode="text"
)
# Commands that the library knows and that leave nothing of what they are about.
_DROPPING = frozenset("cite include input label ref".split())
_IS_LATEX = re.compile(r"[\\$~]|--|``|''")
# What must be read as a whole; all else is read bit by bit, since most of a text is
# plain and the same bits come again and again.
_NEEDS_ALL = re.compile(r"\\(?:begin|end|verb|[][()])|\{[^{}]{1000}")
_ARGUMENT = r"\{(?:[^{}]|\{[^{}]*\})*\}"
_FRAGMENT = re.compile(
    rf"""\\(?:["'`^~=.]|[cvuHkrdbt](?![A-Za-z]))\s?(?:{_ARGUMENT}|\\[A-Za-z]+\s?|\w)
    |\\[A-Za-z]+\s?(?:{_ARGUMENT}){{1,2}}|\\[A-Za-z]+\s?|\\.|\$[^$]*\$|~|-{{2,3}}|``|\'\'|[?!]`""",
    re.VERBOSE,
)
_MACRO = re.compile(r"\\([A-Za-z]+)")
_BARE_SIGN = re.compile(r"(?<!\\)[%&#]")
_OLD_SWITCH = re.compile(r"\{\\(it|em|bf|sc|sl)\b\s*")
_SWITCHES = {
    "it": "textit",
    "em": "emph",
    "bf": "textbf",
    "sc": "textsc",
    "sl": "textsl",
}
_MATH = re.compile(r"(?<!\\)\$([^$]{0,500})(?<!\\)\$|(?<!\\)\$")
_SCRIPT = re.compile(r"([_^])(\{[^{}]*\}|\\[A-Za-z]+|[^\s{}\\])")
_LOOKS_MATH = re.compile(r"[\\_^=<>+]")


class UnreadableLatex(ValueError):
    """The text is too long or too deep, or no LaTeX."""


def read_latex(text: str) -> tuple[str, list[str]]:
    """A text as CSL-JSON has it but with the braces around its groups, and the commands
    in it that are not known. Raises UnreadableLatex."""
    if not _IS_LATEX.search(text):
        return read_markup(text), []
    if len(text) > MAX_LENGTH:
        raise UnreadableLatex(f"Longer than {MAX_LENGTH:,} characters of LaTeX.")
    if depth(text) > MAX_DEPTH:
        raise UnreadableLatex(f"Braces are nested more than {MAX_DEPTH} deep.")
    text = _OLD_SWITCH.sub(lambda match: f"\\{_SWITCHES[match[1]]}{{", text)
    text = _MATH.sub(_math, _BARE_SIGN.sub(r"\\\g<0>", text))
    unknown = {f"\\{name}" for name in _MACRO.findall(text) if not _is_known(name)}
    if _NEEDS_ALL.search(text):
        return read_markup(_decoded(text)), sorted(unknown)
    try:
        text = _FRAGMENT.sub(lambda match: _fragment(match[0]), text)
    except UnreadableLatex:
        text = _decoded(text)
    return read_markup(text), sorted(unknown)


@lru_cache(maxsize=4_000)
def _fragment(source: str) -> str:
    return _decoded(source)


def _decoded(source: str) -> str:
    """What LaTeX says, by the library, which takes some 8 µs a letter."""
    try:
        nodes, *_ = LatexWalker(
            source, latex_context=_WALKING, tolerant_parsing=False
        ).get_latex_nodes()
        return _DECODER.nodelist_to_text(nodes)
    except (LatexWalkerError, RecursionError, ValueError, LookupError) as error:
        raise UnreadableLatex("This is not LaTeX that can be read.") from error


def depth(text: str) -> int:
    """How deep braces are nested."""
    deepest = level = 0
    for sign in re.findall(r"(?<!\\)[{}]", text):
        level += 1 if sign == "{" else -1
        deepest = max(deepest, level)
    return deepest


def bare(text: str) -> str:
    """A text that was read, without the braces around its groups."""
    text = text.replace("{", "").replace("}", "")
    return text.replace(_LEFT, "{").replace(_RIGHT, "}").strip()


def as_letters(text: str) -> str:
    """A text whose braces :func:`bare` leaves alone."""
    return text.replace("{", _LEFT).replace("}", _RIGHT)


def _is_known(name: str) -> bool:
    return name not in _DROPPING and _TELLING.get_macro_spec(name) is not None


def _math(match: re.Match[str]) -> str:
    """Mathematics with its exponents and indices as text; a lone dollar as a letter."""
    inner = match[1]
    if inner is None:
        return r"\$"
    if " " in inner.strip() and not _LOOKS_MATH.search(inner):
        return rf"\${inner}\$"
    parts, place = [], 0
    for script in _SCRIPT.finditer(inner):
        name = "textsuperscript" if script[1] == "^" else "textsubscript"
        value = script[2].strip("{}")
        parts += [
            _in_math(inner[place : script.start()]),
            f"\\{name}{{{_in_math(value)}}}",
        ]
        place = script.end()
    return "".join([*parts, _in_math(inner[place:])])


def _in_math(text: str) -> str:
    return f"${text}$" if "\\" in text else text


_WRITTEN = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "$": r"\$", "&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_",
}  # fmt: skip
_TAGS = {
    "<i>": r"\textit{", "<b>": r"\textbf{", "<sup>": r"\textsuperscript{",
    "<sub>": r"\textsubscript{", '<span style="font-variant:small-caps;">': r"\textsc{",
    "</i>": "}", "</b>": "}", "</sup>": "}", "</sub>": "}", "</span>": "}",
}  # fmt: skip
_TAG = re.compile("|".join(map(re.escape, _TAGS)))
_PIECE = re.compile(r"[\w-]+|.", re.DOTALL)
_LIGATURE = re.compile(r"(?<=-)-|(?<=[`?!])`|(?<=')'")


def write_latex(text: object, *, protect: bool = False) -> str:
    """A text of CSL-JSON as LaTeX; with ``protect`` words with capitals stand in braces,
    so that no style makes them small."""
    plain = write_markup(text)
    if not _is_balanced(plain):
        return _escaped(plain, protect)
    parts, place = [], 0
    for tag in _TAG.finditer(plain):
        parts += [_escaped(plain[place : tag.start()], protect), _TAGS[tag[0]]]
        place = tag.end()
    return "".join([*parts, _escaped(plain[place:], protect)])


def _is_balanced(text: str) -> bool:
    """Whether each tag is closed by its own one."""
    opened: list[str] = []
    for tag in _TAG.findall(text):
        if not tag.startswith("</"):
            opened.append(tag[1:].split(" ")[0].rstrip(">"))
        elif not opened or opened.pop() != tag[2:-1]:
            return False
    return not opened


def _escaped(text: str, protect: bool) -> str:
    def written(match: re.Match[str]) -> str:
        word = match[0]
        safe = "".join(_WRITTEN.get(sign, sign) for sign in word)
        safe = _LIGATURE.sub(lambda sign: f"{{}}{sign[0]}", safe)
        has_capital = any(sign.isupper() for sign in word[1:]) or (
            word[0].isupper() and match.start() > 0
        )
        return f"{{{safe}}}" if protect and len(word) > 1 and has_capital else safe

    return _LIGATURE.sub(lambda sign: f"{{}}{sign[0]}", _PIECE.sub(written, text))
