"""The elements of a CSL style, where citeproc-py departs from the specification.

The library makes an element of the class of its name, the last one that was defined as
a direct subclass of ``CitationStylesElement``. So the classes here and in
:mod:`.naming` and :mod:`.dating`, which bear the names of the library's own, take their
places. They expect the items of :mod:`.preparing`.

https://docs.citationstyles.org/en/stable/specification.html (1.0.2).
"""

from __future__ import annotations

from typing import Any

from citeproc import model
from citeproc.model import CitationStylesElement
from citeproc.source import VariableError

from .casing import cased
from .numbering import PAGES, is_numeric, is_several, ordinals, pages, ranges
from .preparing import AND

# Where a form has no term of its own the next one's is used (“Terms”).
_NEXT_FORM = {"symbol": "short", "verb-short": "verb", "short": None, "verb": None}
_NUMBERS = frozenset(
    """chapter-number collection-number edition issue number number-of-pages
    number-of-volumes part-number section supplement-number version volume""".split()
)


def take(item: Any, variable: str) -> Any:
    """A variable's value, to print it. Raises VariableError when there is none, or a
    substitute has printed it already (“Substitute”)."""
    item["asked"] += 1
    value = item.reference[variable]
    if variable in item["used_up"]:
        raise VariableError
    item["printed"].append(variable)
    return value


class Cased:
    """text-case on plain words, never the library's own classes of strings."""

    get: Any

    def case(self, text: Any, language: str | None = None) -> str:
        return cased(
            str(text), self.get("text-case"), is_english=language in (None, "en")
        )


class Termed:
    """A term of a form that the locale may not have."""

    get: Any
    get_single_term: Any
    get_plural_term: Any

    def term(self, name: str, *, is_plural: bool) -> str:
        form = self.get("form", "long")
        find = self.get_plural_term if is_plural else self.get_single_term
        while True:
            found = find(name=name, form=None if form == "long" else form)
            if found or form == "long":
                # The library has escaped it; see preparing.hidden.
                return str(found or "").replace("&amp;", AND)
            form = _NEXT_FORM.get(form) or "long"


class Text(Cased, Termed, model.Text, CitationStylesElement):
    def get_macro(self, name: str) -> Any:
        return self.get_root().known_macros[name]

    def _variable(self, item: Any, context: Any) -> str | None:
        variable = self.get("variable")
        if variable in ("citation-number", "year-suffix"):
            return None
        if self.get("form") == "short" and f"{variable}-short" in item.reference:
            variable += "-short"
        value = str(take(item, variable))
        dash = self.term("page-range-delimiter", is_plural=False)
        if variable in PAGES:
            return pages(value, self.get_root().get("page-range-format"), dash)
        return ranges(value, dash) if variable in _NUMBERS else value

    def _term(self, item: Any) -> str:
        is_plural = self.get("plural", "false") == "true"
        return self.term(self.get("term"), is_plural=is_plural)


class Number(Cased, Termed, model.Number, CitationStylesElement):
    def process(self, item: Any, context: Any = None, **kwargs: Any) -> str | None:
        value = str(take(item, self.get("variable")))
        dash = self.term("page-range-delimiter", is_plural=False)
        value = ranges(value, dash)
        return ordinals(value) if self.get("form") == "ordinal" else value


class Label(Cased, Termed, model.Label, CitationStylesElement):
    def process(
        self,
        item: Any,
        variable: str | None = None,
        plural: bool | None = None,
        context: Any = None,
        **kwargs: Any,
    ) -> str | None:
        variable = variable or self.get("variable")
        if variable not in item.reference or variable in item["used_up"]:
            return None
        if plural is None:
            plural = self._is_plural(item)
        how = self.get("plural", "contextual")
        is_plural = how == "always" or (how == "contextual" and plural)
        return self.term(variable, is_plural=is_plural)

    def _is_plural(self, item: Any) -> bool:
        variable = self.get("variable")
        value = str(item.reference[variable])
        if variable.startswith("number-of-"):
            return value.strip() not in ("0", "1")
        return is_several(value)


class Group(model.Group, CitationStylesElement):
    def process(self, item: Any, context: Any = None, **kwargs: Any) -> Any:
        """Nothing when variables were asked for and none was there (“Group”)."""
        asked, printed = item["asked"], len(item["printed"])
        delimiter = self.get("delimiter", "")
        text = self.render_children(item, delimiter, context=context, **kwargs)
        if item["asked"] > asked and len(item["printed"]) == printed:
            raise VariableError
        if text:
            # To the group around it, it is a variable that was there.
            item["printed"].append(None)
        return text


class _Numeric:
    get: Any

    def _is_numeric(self, item: Any) -> list[bool]:
        variables = self.get("is-numeric").split()
        return [
            v in item.reference and is_numeric(str(item.reference[v]))
            for v in variables
        ]


class If(_Numeric, model.If, CitationStylesElement):
    pass


class Else_If(_Numeric, model.Else_If, CitationStylesElement):
    pass
