"""Names in a CSL style, see :mod:`.elements`."""

from __future__ import annotations

import re
from typing import Any

from citeproc import model
from citeproc.model import CitationStylesElement
from citeproc.source import VariableError

from .elements import take

_WORD = re.compile(r"([^\s.]+)(\.?)")


class Names(model.Names, CitationStylesElement):
    def process(
        self, item: Any, names_context: Any = None, context: Any = None, **kwargs: Any
    ) -> str | None:
        context = self if context is None else context
        # A substitute's names are written like those that they stand for.
        names = self if self.name is not None else self._stood_for()
        item["asked"] += 1
        shown = [
            self._role(names, item, role, label, context, kwargs)
            for role, label in self._roles(item)
        ]
        if shown:
            return self.join(shown, self.get_parent_delimiter(context))
        substitute = self.substitute()
        if substitute is None:
            raise VariableError
        return substitute.render(item, context=context, **kwargs)

    def _stood_for(self) -> Any:
        return self.xpath_search("ancestor::cs:names[1]")[0]

    def _roles(self, item: Any) -> list[tuple[str, str]]:
        """The (role, label) of those that are there; an editor who also translated is
        named once (“Names”)."""
        roles = [
            role
            for role in self.get("variable").split()
            if role in item.reference and role not in item["used_up"]
        ]
        both = {"editor", "translator"}
        if both == set(roles):
            editors, translators = (item.reference[role] for role in sorted(both))
            if editors == translators:
                take(item, "translator")
                return [("editor", "editortranslator")]
        return [(role, role) for role in roles]

    def _role(
        self, names: Any, item: Any, role: str, label: str, context: Any, kwargs: Any
    ) -> Any:
        count = len(take(item, role))
        text = names.name.render(item, role, context=context, **kwargs)
        element = names.label
        if element is None:
            return text
        label = element.markup(element.term(label, is_plural=count > 1))
        if label is None:
            return text
        return label + text if element.getnext() is names.name else text + label


class Name(model.Name, CitationStylesElement):
    def process(
        self,
        item: Any,
        variable: str,
        context: Any = None,
        sort_options: Any = None,
        **kwargs: Any,
    ) -> Any:
        if variable == "author" and item["is_incomplete"]:
            sort_options = self._others(len(item.reference[variable]), context)
        return super().process(item, variable, context, sort_options, **kwargs)

    def _others(self, count: int, context: Any) -> dict[str, Any]:
        """The options that end an incomplete list with “et al.”; the last of its
        ``count`` names stands for those that are missing."""
        first, least = count - 1, self.get_option("et-al-min", context)
        if least and count >= least and not self.get_option("et-al-use-last", context):
            first = self.get_option("et-al-use-first", context)
        return {
            "et-al-min": 1,
            "et-al-use-first": first,
            "et-al-use-last": "false",
            "delimiter-precedes-et-al": "always",
        }

    def initialize(self, given: str, mark: str, context: Any) -> str:
        """``Jean-Luc de`` → ``J.-L. de`` or ``JL de``."""
        if self.get("initialize") == "false":
            return given
        has_hyphen = self.get_option("initialize-with-hyphen", context)
        joint = mark.rstrip() + "-" if has_hyphen else mark
        text = ""
        for word, stop in _WORD.findall(given.replace(".-", "-")):
            if not word[0].isupper():
                text += f" {word} "
            elif stop and len(word) > 1 and word[1:].islower():
                # An abbreviation: “Th.”
                text += word + mark
            else:
                parts = [part[0] for part in word.split("-") if part[:1].isupper()]
                text += joint.join(parts) + mark
        return " ".join(text.split())


class Substitute(model.Substitute, CitationStylesElement):
    def render(self, item: Any, context: Any = None, **kwargs: Any) -> Any:
        """The first child that prints something; what it printed is used up."""
        for child in self.iterchildren():
            before = len(item["printed"])
            try:
                text = child.render(item, context=context, **kwargs)
            except VariableError:
                continue
            if text:
                item["used_up"].update(item["printed"][before:])
                return text
        return None
