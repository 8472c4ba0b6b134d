"""How long does a file of terms take to be checked and brought in, against saving the
same drafts without a file?"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from stage import database
from stage.timing import alternate, show

from glossary.drafting import save_draft
from glossary.exchange import import_terms
from glossary.formats import FORMATS
from glossary.models import Term
from glossary.wording import Form

SIZES = (100, 1_000)
BASELINE = "save the drafts, without a file"


def terms(count: int) -> list[dict[str, Any]]:
    """Each leads to the one before and the one behind it."""
    return [
        {
            "headword": f"Word {number}",
            "definition": f"What word {number} means. It is one of many.",
            "plurals": [f"words {number}"],
            "abbreviations": [f"W{number}"],
            "translations": {"es": f"palabra {number}"},
            "related": [
                f"word-{other}"
                for other in (number - 1, number + 1)
                if 0 <= other < count
            ],
        }
        for number in range(count)
    ]


@transaction.atomic
def save(given: list[dict[str, Any]]) -> None:
    for said in given:
        forms = [Form(said["plurals"][0], "plural")]
        save_draft(
            Term(slug=said["headword"].lower().replace(" ", "-")),
            based_on=None,
            by=by,
            title=said["headword"],
            body=said["definition"],
            forms=[*forms, Form(said["abbreviations"][0], "abbreviation")],
            translations=said["translations"],
        )
    transaction.set_rollback(True)


def measure(count: int) -> None:
    given = terms(count)
    texts = {name: form.dump(given) for name, form in FORMATS.items()}
    deeds: dict[str, Any] = {BASELINE: lambda: save(given)}
    for name, text in texts.items():
        deeds[f"{FORMATS[name].label}, looked at and brought in"] = (
            lambda text=text, name=name: import_terms(
                text, by=by, format=name, dry_run=True
            )
        )
    show(f"{count:,} terms", alternate(deeds, runs=2), baseline=BASELINE)


by = database.administrator()

if __name__ == "__main__":
    for size in SIZES:
        measure(size)
