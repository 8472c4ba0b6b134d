"""What is asked on the pages of a page's claims."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms

from references.evidencing import MAX_QUOTATION

from .sourcing import ORDER, Backing, Row, Sourced

# What is shown at first: what cites, and what should.
TO_SOURCE = "to source"
ALL = "all"
# More digits than any key has are no key.
_DIGITS = 15


class QuotationForm(forms.Form):
    """The words of a source; ``seen`` is what was there when they were typed."""

    quotation = forms.CharField(
        required=False,
        # Told by the deed, with all that was typed. The browser would cut a paste.
        widget=forms.Textarea(attrs={"class": "vLargeTextField", "rows": 6}),
        help_text=f"Word for word from the source, {MAX_QUOTATION:,} characters at most. "
        "Only the staff see it.",
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


class ClaimsWanted:
    """Which claims are shown, of which revision, in which order, as the address says."""

    def __init__(self, query: Mapping[str, str]) -> None:
        self.of = "live" if query.get("of") == "live" else "newest"
        self.by = "status" if query.get("by") == "status" else "text"
        shown = query.get("show", "")
        known = {backing.value for backing in Backing} | {ALL}
        self.show = shown if shown in known else TO_SOURCE

    def rows(self, found: Sourced) -> list[Row]:
        """The rows that are wanted, in the order that is wanted."""
        rows = [row for row in found.rows if self._is_wanted(row)]
        if self.by == "status":
            rows.sort(key=lambda row: ORDER[row.backing])
        return rows

    def tabs(self, found: Sourced) -> list[tuple[str, str, int, bool]]:
        """The value, the name and the number of claims of each choice, and whether it
        is the present one; choices that hold nothing are left out."""
        counts = found.counts
        backed = sum(counts.values()) - counts[Backing.PLAIN]
        choices: list[tuple[str, str, int]] = [(TO_SOURCE, "To source", backed)]
        choices += [
            (backing.value, backing.value.capitalize(), counts[backing])
            for backing in Backing
            if counts[backing] and backing != Backing.PLAIN
        ]
        choices.append((ALL, "Every sentence", sum(counts.values())))
        return [(*choice, choice[0] == self.show) for choice in choices]

    def _is_wanted(self, row: Row) -> bool:
        if self.show == TO_SOURCE:
            return row.backing != Backing.PLAIN
        return self.show in (ALL, row.backing)


def address_of(text: str) -> tuple[str, int, str]:
    """What a form sends for a citation, as :attr:`.sourcing.Support.address` is."""
    key, _, rest = text.partition(" ")
    reference, _, locator = rest.partition(" ")
    is_key = reference.isdecimal() and len(reference) <= _DIGITS
    return key, int(reference) if is_key else 0, locator
