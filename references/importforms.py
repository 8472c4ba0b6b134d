"""The form to upload a file of references."""

from __future__ import annotations

from django import forms

from immunosite.core.batchforms import UploadForm

from .uploading import UPLOADS


class ReferenceUploadForm(UploadForm):
    uploads = UPLOADS
    takes = "RIS, NBIB, BibTeX, CSL-JSON or CSV"
    existing = "A reference that is here already"
    known_by = "It is known by its citation key, DOI, PMID, PMCID or ISBN."

    look_alikes = forms.BooleanField(
        label="Also bring in look-alikes",
        required=False,
        help_text="These have the title, the first author and about the year of a "
        "reference that is here. They are left out unless you check this.",
    )
