"""The form to upload a file of terms."""

from __future__ import annotations

from immunosite.core.batchforms import UploadForm

from .formats.entries import FIELDS, REQUIRED
from .uploading import UPLOADS


class TermUploadForm(UploadForm):
    uploads = UPLOADS
    takes = (
        f"With {' and '.join(REQUIRED)}, and what you like of "
        f"{', '.join(name for name in FIELDS if name not in REQUIRED)}. CSV or JSON"
    )
    existing = "A term that is here already"
    known_by = (
        "It is known by its address (slug), or by the one that its headword gives. An "
        "update is a new draft. A column that is not in the file leaves what is here; an "
        "empty cell empties it."
    )
