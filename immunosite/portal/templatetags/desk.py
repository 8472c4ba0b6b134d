"""The tag that the admin's front page asks for what is in work."""

from __future__ import annotations

from typing import Any

from django import template

from immunosite.portal.deskwork import Work, work_for

register = template.Library()


@register.simple_tag(takes_context=True)
def pages_in_work(context: Any) -> Work:
    """The newest drafts and the pages with problems that this user may see."""
    return work_for(context["request"])
