"""The reference editor's form: the fields of CSL-JSON that people fill in."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from immunosite.core.widgets import TagsField

from .models import Reference

# The types of CSL 1.0.2 that a patient site is likely to cite come first.
TYPES = [
    ("article-journal", "Journal article"),
    ("webpage", "Web page"),
    ("book", "Book"),
    ("chapter", "Chapter of a book"),
    ("report", "Report or guideline"),
    ("article", "Preprint"),
    ("thesis", "Thesis"),
    ("dataset", "Data set"),
]
# Form field → CSL variable, for the variables that are plain text.
PLAIN = {
    "container": "container-title",
    "volume": "volume",
    "issue": "issue",
    "page": "page",
    "publisher": "publisher",
    "doi": "DOI",
    "pmid": "PMID",
    "pmcid": "PMCID",
    "isbn": "ISBN",
    "url": "URL",
}
_DATE = re.compile(r"\A(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?\Z")


def authors_text(names: list[Mapping[str, str]]) -> str:
    """One name a line: ``Family, Given``, or the name of a group."""
    return "\n".join(
        name.get("literal")
        or ", ".join(filter(None, [name.get("family"), name.get("given")]))
        for name in names
    )


def _name(line: str, known: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
    """A line as a CSL name; an unchanged line keeps all that was known of it."""
    if line in known:
        return known[line]
    family, comma, given = (part.strip() for part in line.partition(","))
    return {"family": family, "given": given} if comma else {"literal": line}


class ReferenceForm(forms.ModelForm):
    """Edits the usual variables and leaves all others of the record alone."""

    type = forms.ChoiceField(choices=TYPES)
    title = forms.CharField(
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
    )
    authors = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "class": "vLargeTextField"}),
        help_text="One a line: “Larkin, James”. A group: “National Cancer Institute”.",
    )
    authors_complete = forms.BooleanField(
        label="All authors are listed",
        required=False,
        initial=True,
        help_text="Off: the entry ends its names with “et al.”.",
    )
    issued = forms.CharField(
        label="Date", required=False, help_text="2015, 2015-06 or 2015-06-25."
    )
    container = forms.CharField(
        label="Journal, book or site", max_length=500, required=False
    )
    volume = forms.CharField(max_length=50, required=False)
    issue = forms.CharField(max_length=50, required=False)
    page = forms.CharField(label="Pages", max_length=50, required=False)
    publisher = forms.CharField(max_length=300, required=False)
    doi = forms.CharField(label="DOI", max_length=255, required=False)
    pmid = forms.CharField(label="PMID", max_length=20, required=False)
    pmcid = forms.CharField(label="PMCID", max_length=20, required=False)
    isbn = forms.CharField(label="ISBN", max_length=20, required=False)
    url = forms.URLField(
        label="Web address", max_length=1000, required=False, assume_scheme="https"
    )
    tags = TagsField()

    class Meta:
        model = Reference
        fields = ["key"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        instance = kwargs.get("instance")
        if instance and instance.pk:
            kwargs["initial"] = {
                **self._initial(instance),
                **(kwargs.get("initial") or {}),
            }
        super().__init__(*args, **kwargs)
        self._keep_other_type()

    def _initial(self, reference: Reference) -> dict[str, Any]:
        csl = reference.csl
        parts = (csl.get("issued", {}).get("date-parts") or [[]])[0]
        return {
            "type": csl.get("type"),
            "title": csl.get("title", ""),
            "authors": authors_text(csl.get("author", [])),
            "authors_complete": csl.get("custom", {}).get("authors_complete", True),
            "issued": "-".join(f"{int(part):02}" for part in parts),
            "tags": list(reference.tags.all()),
            **{field: csl.get(variable, "") for field, variable in PLAIN.items()},
        }

    def _keep_other_type(self) -> None:
        known = self.initial.get("type")
        if known and known not in dict(TYPES):
            self.fields["type"].choices = [*TYPES, (known, known)]

    def clean_issued(self) -> str:
        text: str = self.cleaned_data["issued"].strip()
        match = _DATE.match(text)
        if not text:
            return text
        year, month, day = (
            (int(part or 0) for part in match.groups()) if match else (0,) * 3
        )
        if not (match and month <= 12 and day <= 31 and not (day and not month)):
            raise ValidationError("Write the date like 2015, 2015-06 or 2015-06-25.")
        return text

    def csl(self) -> dict[str, Any]:
        """The record that a valid form describes."""
        given = self.cleaned_data
        record = dict(self.instance.csl or {})
        record |= {"id": given["key"], "type": given["type"], "title": given["title"]}
        for field, variable in PLAIN.items():
            _put(record, variable, given[field])
        known = {authors_text([name]): name for name in record.get("author", [])}
        lines = [line.strip() for line in given["authors"].splitlines()]
        _put(record, "author", [_name(line, known) for line in lines if line])
        if given["issued"] != self.initial.get("issued"):
            parts = [int(part) for part in given["issued"].split("-") if part]
            _put(record, "issued", {"date-parts": [parts]} if parts else None)
        custom = dict(record.get("custom", {}))
        _put(custom, "authors_complete", given["authors_complete"])
        return json.loads(json.dumps({**record, "custom": custom}))


def _put(record: dict[str, Any], name: str, value: Any) -> None:
    if value in ("", None, []):
        record.pop(name, None)
    else:
        record[name] = value
