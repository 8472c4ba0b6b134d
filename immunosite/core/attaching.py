"""Files that a reader saves."""

from __future__ import annotations

import re

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def attachment(
    text: str, name: str, *, extension: str, media_type: str, otherwise: str = "file"
) -> HttpResponse:
    """A text file to save, called ``name`` as far as a file may be, or ``otherwise``;
    search engines leave it out."""
    safe = re.sub(r"[^\w.-]+", "-", name).strip(".-") or otherwise
    response = HttpResponse(text, content_type=f"{media_type}; charset=utf-8")
    disposition = content_disposition_header(True, f"{safe}.{extension}")
    response.headers["Content-Disposition"] = disposition or "attachment"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
