"""The admin's page to merge two references: both records, variable by variable."""

from __future__ import annotations

from typing import Any

from django import forms

from immunosite.core.mergeviews import MergeViews, ReasonForm

from . import reading
from .merging import merge_references, plan_references, state_of
from .models import Reference, ReferenceAlias
from .uniting import Variable, side_by_side

_CHOICES = (("ours", "the one that stays"), ("theirs", "the one that goes"))


class MergeForm(ReasonForm):
    """Which record gives each variable on which two records differ, and why they are
    merged. Before there is another reference it asks for the reason only."""

    def __init__(self, data: Any, survivor: Reference, other: Reference | None) -> None:
        super().__init__(data)
        self.survivor, self.other = survivor, other
        self.variables: list[Variable] = []
        self.state = ""
        if other is None:
            return
        self.state = state_of(survivor, other)
        self.fields["seen"] = forms.CharField(
            error_messages={"required": "Look at both records first."}
        )
        self.variables = side_by_side(survivor.csl, other.csl)
        for variable in self.variables:
            if variable.is_open:
                self.fields[_name(variable)] = forms.ChoiceField(
                    choices=_CHOICES,
                    initial="theirs" if variable.is_taken else "ours",
                    label=variable.label,
                    error_messages={
                        "required": "Choose one of the two.",
                        "invalid_choice": "Choose one of the two.",
                    },
                )

    def rows(self) -> list[tuple[Variable, Any]]:
        """Each variable with its bound field, None where there is nothing to choose."""
        names = self.fields
        return [
            (each, self[_name(each)] if _name(each) in names else None)
            for each in self.variables
        ]

    def sides(self) -> list[tuple[Reference, list[Any]]]:
        """Both references, each with the pages that cite it, live or in a draft."""
        both = [self.survivor, self.other] if self.other else []
        return [(reference, reading.places_of(reference)) for reference in both]

    def decided(self) -> dict[str, Any]:
        given = self.cleaned_data
        open_ones = [each for each in self.variables if each.is_open]
        take = {each.name for each in open_ones if given[_name(each)] == "theirs"}
        return {**super().decided(), "take": take, "seen": given["seen"]}


def _name(variable: Variable) -> str:
    return f"take-{variable.name}"


class ReferenceMergeViews(MergeViews):
    merge_field = ReferenceAlias._meta.get_field("reference")
    merge_rights = ("references.change_reference", "references.delete_reference")
    merge_plan = staticmethod(plan_references)
    merge_deed = staticmethod(merge_references)
    merge_template = "admin/references/merge.html"

    def merge_form(self, data: Any, survivor: Any, other: Any) -> ReasonForm:
        return MergeForm(data, survivor, other)
