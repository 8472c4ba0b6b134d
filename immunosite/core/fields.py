"""HTMLField: the one birthplace of SafeString in this project."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.safestring import SafeString, mark_safe


class HTMLField(models.TextField):
    """Holds HTML that the pipeline has sanitised; templates print it as it is.

    Only :mod:`glossary.storing` and :mod:`references.curating` may write to such a
    field, and only what :func:`immunosite.core.markdown.sanitise` returned.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: str | None, *args: Any) -> SafeString | None:
        return None if value is None else mark_safe(value)


def trusted(html: str) -> SafeString:
    """Mark the pipeline's own, sanitised output (a preview, say) as safe to print."""
    return mark_safe(html)
