"""What tags and their aliases may be called, and which tag may be part of which."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db.models import QuerySet

from .tagging import Tag, TagAlias

UNDESCRIBED = "Say what the picture shows."
_LONGEST = TagAlias._meta.get_field("name").max_length or 0


def check(tag: Tag, aliases: Iterable[str] | None = None) -> None:
    """Raise ValidationError, keyed by field, when a tag may not be stored so.

    ``aliases`` are the names that it is to have beside its own; None leaves those that
    it has. What holds for one tag alone is :meth:`Tag.full_clean`'s.
    """
    reasons = {
        "name": _against_name(tag),
        "slug": _against_slug(tag),
        "parent": _against_parent(tag),
        "kind": _against_kind(tag),
        "picture": _against_picture(tag),
        "picture_alt": [UNDESCRIBED] * (tag.picture != "" and tag.picture_alt == ""),
        "aliases": _against_aliases(tag, cleaned(tag, aliases or ())),
    }
    if found := {field: why for field, why in reasons.items() if why}:
        raise ValidationError(found)


def cleaned(tag: Tag, names: Iterable[str]) -> list[str]:
    """Each name once, whatever its case, without the tag's own."""
    found = {tag.name.casefold(): ""}
    for name in names:
        plain = " ".join(name.split())
        found.setdefault(plain.casefold(), plain)
    return [name for name in found.values() if name]


def put_aliases(tag: Tag, names: Iterable[str]) -> None:
    """Give a stored tag these aliases, which :func:`check` has passed, and no others.

    Addresses never end: that of a name which is taken away goes on without the name.
    """
    wanted = {name.casefold(): name for name in cleaned(tag, names)}
    for alias in tag.aliases.all():
        alias.name = wanted.pop(alias.name.casefold(), "")
        _store(alias)
    for name in wanted.values():
        slug = tag.slugify(name)
        own = tag.aliases.filter(slug__iexact=slug, name="").first() if slug else None
        alias = own or TagAlias(tag=tag, slug=slug)
        if not own and (_is(slug, tag.slug) or _leads_to(tag, slug)):
            alias.slug = ""
        TagAlias.objects.filter(slug__iexact=slug, name="").exclude(tag=tag).delete()
        alias.name = name
        _store(alias)


def keep_addresses(tag: Tag, former: str) -> None:
    """After a tag was stored: its ``former`` slug goes on leading to it; no alias says
    what the tag itself says, or holds an address that is another's now."""
    TagAlias.objects.filter(slug__iexact=tag.slug, name="").delete()
    release(tag, tag.name, tag.slug)
    if former and not _is(former, tag.slug) and not _leads_to(tag, former):
        TagAlias.objects.create(tag=tag, slug=former)


def release(tag: Tag, name: str, slug: str) -> None:
    """Let no alias of a tag have this name or hold this address."""
    for alias in tag.aliases.all():
        alias.name = "" if _is(alias.name, name) else alias.name
        alias.slug = "" if _is(alias.slug, slug) else alias.slug
        _store(alias)


def _store(alias: TagAlias) -> None:
    if alias.name or alias.slug:
        alias.save()
    elif alias.pk:
        alias.delete()


def _is(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _leads_to(tag: Tag, slug: str) -> bool:
    return tag.aliases.filter(slug__iexact=slug).exists()


def _against_name(tag: Tag) -> list[str]:
    others = Tag.objects.exclude(pk=tag.pk).values_list("name", flat=True)
    if any(_is(tag.name, name) for name in others):
        return ["There is already a tag of this name."]
    return [
        f"“{alias.name}” is another name of “{alias.tag}”."
        for alias in _aliases_of_others(tag)
        if _is(alias.name, tag.name)
    ]


def _against_slug(tag: Tag) -> list[str]:
    others = Tag.objects.exclude(pk=tag.pk).filter(slug__iexact=tag.slug)
    taken = [f"“{other}” has this address." for other in others]
    return taken or [
        f"This is the address of “{alias.name}”, another name of “{alias.tag}”."
        for alias in _aliases_of_others(tag).filter(slug__iexact=tag.slug)
    ]


def _aliases_of_others(tag: Tag) -> QuerySet[TagAlias]:
    """The names that mean other tags; an address without a name gives way."""
    named = TagAlias.objects.exclude(name="").select_related("tag")
    return named.exclude(tag=tag.pk) if tag.pk else named


def _against_aliases(tag: Tag, names: list[str]) -> list[str]:
    if not names:
        return []
    others = Tag.objects.exclude(pk=tag.pk)
    by_name = {other.name.casefold(): other for other in others}
    by_slug = {other.slug.casefold(): other for other in others}
    for alias in _aliases_of_others(tag):
        by_name.setdefault(alias.name.casefold(), alias.tag)
        by_slug.setdefault(alias.slug.casefold(), alias.tag)
    by_slug.pop("", None)
    why = []
    for name in names:
        slug = tag.slugify(name).casefold()
        if len(name) > _LONGEST:
            why.append(f"“{name[:40]}…” has more than {_LONGEST} characters.")
        elif other := by_name.get(name.casefold()):
            why.append(f"“{name}” means “{other}” already.")
        elif other := by_slug.get(slug):
            why.append(f"“{name}” would have an address of “{other}”.")
    return why


def _against_parent(tag: Tag) -> list[str]:
    parent = tag.parent
    if parent is None:
        return []
    if parent.pk == tag.pk:
        return ["A tag can't be part of itself."]
    if parent.parent is not None:
        return [
            f"“{parent}” is itself part of “{parent.parent}”. Tags have one level only."
        ]
    if parent.kind != tag.kind:
        kinds = f"{parent.get_kind_display()}, not {tag.get_kind_display()}"
        return [f"“{parent}” is of another kind ({kinds})."]
    below = ", ".join(f"“{child}”" for child in tag.children.all()) if tag.pk else ""
    return [f"This tag has tags below it: {below}."] if below else []


def _against_kind(tag: Tag) -> list[str]:
    below = tag.children.exclude(kind=tag.kind) if tag.pk else Tag.objects.none()
    names = ", ".join(f"“{child}”" for child in below)
    return [f"The tags below it are of another kind: {names}."] if names else []


def _against_picture(tag: Tag) -> list[str]:
    if not tag.picture:
        return []
    root = default_storage.url("")
    name = tag.picture.removeprefix(root)
    is_ours = tag.picture.startswith(root) and "/" not in name and tag.picture_size
    if is_ours and default_storage.exists(name):
        return []
    return ["Upload the picture here."]
