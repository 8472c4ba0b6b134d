"""The tag that the admin's front page asks for what is on the desk."""

from __future__ import annotations

from typing import Any

from django import template

from immunosite.portal.deskwork import Section, sections_for

register = template.Library()


@register.simple_tag(takes_context=True)
def sections_of_desk(context: Any) -> list[Section]:
    """The lists that this user may see, each with its first lines."""
    return sections_for(context["request"].user)
