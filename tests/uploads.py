"""The kinds of files that can be uploaded, for tests of what they have in common."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import glossary.importing
import glossary.uploading
import references.importing
import references.uploading
from glossary.models import Term
from immunosite.core.stepping import Steps
from immunosite.core.uploading import Uploads
from references.models import Reference


@dataclass(frozen=True)
class Kind:
    """``good`` and ``bad`` are fields of a record, with ``name`` as the one that names
    it; ``key`` is the field by which the thing is known, ``app`` where it lives."""

    app: str
    uploads: Uploads
    steps: Steps
    things: Any
    key: str
    name: str
    good: dict[str, str]
    bad: dict[str, str]

    def file(self, *names: str, bad: str = "") -> bytes:
        """A JSON file of records that are called so; ``bad`` is wrong.
        Names are lower case, so that they are the keys of the things, too."""
        return json.dumps(
            [self._record(each, is_bad=each == bad) for each in names]
        ).encode()

    def _record(self, name: str, *, is_bad: bool) -> dict[str, str]:
        texts = self.bad if is_bad else self.good
        return {
            self.name: name,
            **{field: text.format(name) for field, text in texts.items()},
        }

    def upload(self, *names: str, by: Any, bad: str = "", **options: Any) -> Any:
        data = self.file(*names, bad=bad)
        return self.uploads.make_batch(data, by=by, file_name="in.json", **options)

    def checked(self, *names: str, by: Any, **options: Any) -> Any:
        """A batch, checked to its end."""
        batch = self.upload(*names, by=by, **options)
        while self.steps.check_step(batch, by=by).is_running:
            pass
        batch.refresh_from_db()
        return batch

    def brought_in(self, batch: Any, *, by: Any) -> Any:
        self.steps.start_import(batch, by=by)
        while self.steps.import_step(batch, by=by).is_running:
            pass
        batch.refresh_from_db()
        return batch

    def keys(self) -> list[str]:
        """The things that are here."""
        found = self.things.objects.order_by(self.key)
        return list(found.values_list(self.key, flat=True))

    def right(self, deed: str) -> str:
        return f"{self.app}.{deed}_{self.things._meta.model_name}"


KINDS = (
    Kind(
        "references",
        references.uploading.UPLOADS,
        references.importing.STEPS,
        Reference,
        "key",
        "id",
        {"type": "book", "title": "About {}"},
        {"type": "book", "title": ""},
    ),
    Kind(
        "glossary",
        glossary.uploading.UPLOADS,
        glossary.importing.STEPS,
        Term,
        "slug",
        "headword",
        {"definition": "What {} means."},
        {"definition": ""},
    ),
)


def rows(batch: Any) -> list[tuple[str, str, str]]:
    return list(batch.rows.values_list("name", "outcome", "message"))
