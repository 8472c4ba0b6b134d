"""What a file says of a term, as a draft of it: with what is here already."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.exceptions import ValidationError

from immunosite.core.keptfiles import PICTURES, RECORDINGS, is_kept
from immunosite.core.labelling import tag_for
from immunosite.core.tagging import Tag

from .drafting import Richer, content_of
from .formats import Entry
from .formats.entries import (
    LINKING,
    PROSE,
    RULES,
    WORDS,
    prose,
    single,
)
from .kinship import Targets
from .models import FormKind, TermRevision
from .wording import Form

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


class _File(NamedTuple):
    """How a kept file is called, and the fields that mean nothing without it."""

    names: re.Pattern[str]
    goes_with: tuple[str, ...]


_FILES = {
    "picture": _File(PICTURES, ("picture", "picture_alt", "picture_credit")),
    "audio": _File(RECORDINGS, ("audio",)),
}
_ARGUMENTS = {"title": "headword", "body": "definition", "is_automatic": "linking"}
# What the drafting calls a field for its errors, and what a file does.
_COLUMNS = {**_ARGUMENTS, "whole": "part_of", "see_also": "related"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an entry asks for. ``fields`` are arguments of
    :func:`glossary.drafting.save_draft`; ``changed`` names, as a file does, those that
    differ from the newest revision; ``later`` are the names of terms that come later
    in the file; ``notes`` say what can't be had."""

    fields: dict[str, Any]
    changed: tuple[str, ...]
    later: tuple[str, ...]
    notes: tuple[str, ...]


def wanted(
    entry: Entry,
    newest: TermRevision | None,
    *,
    coming: Collection[str],
    by: AbstractUser,
) -> Wanted:
    """What an entry asks for, of a term whose newest revision this is.

    What it does not say stays as it is. Relations to terms that are not here, but among
    the slugs ``coming``, are left for later. Raises ValidationError keyed as the fields
    of a file; tags that nobody has yet are made by ``by``.
    """
    before = content_of(newest) if newest else {}
    said = entry.said
    missing = [name for name in _FILES if _is_missing(name, said)]
    notes = [_left_out(name, said[name]) for name in missing]
    kept = {each for name in missing for each in _FILES[name].goes_with}
    richer = {name: said[name] for name in {*said} & {*Richer.__annotations__} - kept}
    found = Targets(entry, coming)
    fields = {
        **before,
        **richer,
        "title": entry.headword,
        "body": said["definition"],
        "forms": _forms(said, before.get("forms", ())),
    }
    if "linking" in said:
        fields["is_automatic"] = LINKING[said["linking"]]
    if "tags" in said:
        newest_tag = Tag.objects.order_by("-pk").values_list("pk", flat=True).first()
        fields["tags"] = tags = [tag_for(text, by=by) for text in said["tags"]]
        notes += _new_tags([tag for tag in tags if tag.pk > (newest_tag or 0)])
    fields["relations"] = found.relations(before.get("relations", ()))
    return Wanted(fields, tuple(_changed(before, fields)), found.later, tuple(notes))


def columns_of(error: ValidationError) -> ValidationError:
    """An error of a draft with the names that the fields have in a file."""
    if not hasattr(error, "error_dict"):
        return error
    renamed: dict[str, list[Any]] = {}
    for name, errors in error.error_dict.items():
        renamed.setdefault(_COLUMNS.get(name, name), []).extend(errors)
    return ValidationError(renamed)


def _is_missing(name: str, said: Mapping[str, Any]) -> bool:
    address = said.get(name, "")
    return bool(address) and not is_kept(address, names=_FILES[name].names)


def _new_tags(tags: Sequence[Tag]) -> list[str]:
    names = ", ".join(
        f"“{tag.name}” ({tag.get_kind_display().lower()})" for tag in tags
    )
    return [f"Makes the tag{'s' * (len(tags) > 1)} {names}."] if tags else []


def _left_out(name: str, address: str) -> str:
    return f"Left out: {name}, since “{address}” is no file of this site."


def _forms(said: Mapping[str, Any], before: Collection[Form]) -> list[Form]:
    """All words, the headword first. A kind of word that is not said stays, but for the
    words that are said to be of another kind; and so do the rules."""
    moved = {text for column in {*WORDS} & {*said} for text in said[column]}
    moved.add(said["headword"])
    others = [
        form
        for column, kind in WORDS.items()
        for form in (
            [Form(text, kind) for text in said[column]]
            if column in said
            else [
                form for form in before if form.kind == kind and form.text not in moved
            ]
        )
    ]
    headword = Form(said["headword"], FormKind.HEADWORD.value)
    forms = [headword, *others]
    if "rules" in said:
        return _ruled(forms, said["rules"])
    known = {_place(form): form for form in before}
    return [
        replace(known[_place(form)], text=form.text, kind=form.kind)
        if _place(form) in known
        else form
        for form in forms
    ]


def _place(form: Form) -> str:
    """What tells whose rules a word takes over: a new headword has the old one's."""
    return "" if form.kind == FormKind.HEADWORD else form.text


def _ruled(forms: list[Form], rules: Mapping[str, list[str]]) -> list[Form]:
    texts = {form.text for form in forms}
    if unknown := [word for word in rules if word not in texts]:
        message = f"“{unknown[0]}” is none of the words of this term."
        raise ValidationError({"rules": message})
    return [
        replace(
            Form(form.text, form.kind),
            **{
                name: value
                for rule in rules.get(form.text, ())
                for name, value in RULES[rule].items()
            },
        )
        for form in forms
    ]


def _changed(before: Mapping[str, Any], fields: Mapping[str, Any]) -> Iterator[str]:
    """The fields, as a file names them, in which a term is not what it was."""
    for name, value in fields.items():
        if _comparable(name, value) != _comparable(name, before.get(name)):
            yield _SAID.get(name, name)


_SAID = _ARGUMENTS | {"forms": "words"}


def _comparable(name: str, value: Any) -> Any:
    if name == "forms":
        return sorted(value or (), key=lambda form: (form.kind, form.text))
    if name == "tags":
        return {tag.pk for tag in value or ()}
    if name == "relations":
        return {(kind, term.pk) for kind, term in value or ()}
    if name == "translations":
        return {code: single(word) for code, word in (value or {}).items()}
    if isinstance(value, str):
        return prose(value) if name in ("body", *PROSE) else single(value)
    return value
