"""Kept pictures and recordings, served with no rights."""

from __future__ import annotations

import re

from csp.decorators import csp_replace
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from . import pictures, recordings

_TYPES = pictures.TYPES | recordings.TYPES
# One range of bytes (RFC 9110, section 14.1.2); several at once are answered in full.
_RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})", re.ASCII)


@require_safe
@csp_replace({"default-src": ["'none'"]})  # type: ignore[arg-type]  # typed for views without arguments
def serve(request: HttpRequest, name: str) -> HttpResponse | FileResponse:
    """A kept file. Its name never gets other content, so it may be kept."""
    extension = name.rpartition(".")[2]
    if extension not in _TYPES or not default_storage.exists(name):
        raise Http404("There is no such file.")
    response: HttpResponse | FileResponse
    if extension in recordings.TYPES:
        # Safari plays nothing from a server that sends no ranges.
        with default_storage.open(name) as file:
            response = _ranged(request, file.read())
    else:
        response = FileResponse(default_storage.open(name))
    response.headers["Content-Type"] = _TYPES[extension]
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _ranged(request: HttpRequest, content: bytes) -> HttpResponse:
    """The part of a small file that was asked for (RFC 9110, section 14)."""
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    size = len(content)
    if asked is None or asked[0] == "bytes=-" or "If-Range" in request.headers:
        response = HttpResponse(content)
    else:
        first, last = _ends(asked[1], asked[2], size)
        if first > last:
            response = HttpResponse(status=416)
            response.headers["Content-Range"] = f"bytes */{size}"
        else:
            response = HttpResponse(content[first : last + 1], status=206)
            response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    response.headers["Accept-Ranges"] = "bytes"
    return response


def _ends(first: str, last: str, size: int) -> tuple[int, int]:
    if not first:
        return (max(0, size - int(last)), size - 1) if int(last) else (size, size - 1)
    return int(first), min(int(last), size - 1) if last else size - 1
