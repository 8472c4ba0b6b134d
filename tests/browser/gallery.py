"""A site in which every template has something to show, and the list of its pages.

The audits (validity, accessibility, screens) look at all of them. The clock stands still
while the site is made, so its pages are the same in every run.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import time_machine
from django.contrib.auth import get_user_model
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import reverse

import articles.publishing
import glossary.importing
import glossary.uploading
import references.importing
import references.uploading
from articles.models import Article
from glossary.models import Term, TermImport
from glossary.wording import Form
from immunosite.core import errors
from immunosite.core.feedback import give_feedback
from immunosite.portal.staffing import ensure_roles
from references.models import ImportBatch, NoticeTask, Reference
from references.noticing import add_notice
from tests.factories import (
    draft_article,
    make_article,
    make_reference,
    make_tag,
    make_term,
    make_user,
    publisher,
)

MADE_AT = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
ARTICLE = "/articles/checkpoint-inhibitors/"
BODY = """\
::: key-points
- Checkpoint inhibitors release the brake on T cells [@robert-2019, p. 3].
- Cytokines carry the signal.
:::

## What it is

The body's T cells and cytokines act together [@larkin-2015]. They learn[^1] to see what \
does not belong, and an old study [@gone-2009] said otherwise. See [more](article:more), \
[a guideline](https://example.org/guideline) and **strong** or *stressed* `code`.

[^1]: In the thymus, an organ behind the breastbone.

::: steps How it works
1. ![A T cell touches a cancer cell.](/static/img/diagrams/checkpoint-inhibitor-320x200.svg#step-1)
   A T cell meets a cancer cell.
2. ![The T cell is gray, under a stop sign.](/static/img/diagrams/checkpoint-inhibitor-320x200.svg#step-2)
   It gets an "off" signal.
:::

### In numbers

```chart
type: people
title: How many people had severe side effects?
source: Trial in melanoma, reported in 2015 [@larkin-2015]
unit: of 100 people

| Treatment | Had severe side effects |
| Nivolumab alone | about 16 |
| Nivolumab plus ipilimumab | about 55 |
```

```chart
type: bars
title: How long did people live without growth of the cancer?
source: Trial in melanoma, reported in 2015 [@larkin-2015]
unit: months

| Treatment | Without growth |
| Nivolumab | 6.9 |
| Ipilimumab | 2.9 |
```

| Word | Meaning | People |
|---|:---:|---:|
| Response | The tumor shrinks | 100 |
| Progression | The tumor grows or spreads to other places of the body | 25 |

Remission
: Signs of the cancer are gone.

> Words of somebody else.

    Text as it was typed.

## How it is treated

{paragraphs}

::: warning Call your care team
If you have a fever.
:::

::: note
Each person is different.
:::

::: questions
- What can I expect?
- Whom do I call at night?
:::
"""

PUBLIC = {
    "home": "/",
    "articles": "/articles/",
    "article": ARTICLE,
    "site-page": "/pages/about/",
    "glossary": "/glossary/",
    "glossary-found": "/glossary/?q=il",
    "glossary-near": "/glossary/?q=cytokyne",
    "glossary-none": "/glossary/?q=nothing-at-all",
    "glossary-letter": "/glossary/letter/c/",
    "glossary-meanings": "/glossary/meanings/il",
    "glossary-booklet": "/glossary/booklet",
    "term": "/glossary/cytokine/",
    "term-bare": "/glossary/antibody/",
    "topics": "/topics/",
    "topic": "/topics/melanoma/",
    "references": "/references/",
    "references-second": "/references/?page=2",
    "references-found": "/references/?q=larkin&year=2015",
    "references-none": "/references/?q=nobody",
    "references-wrong": "/references/?year=seven",
    "reference": "/references/gone-2009/",
    "search": "/search/?q=cells",
    "search-none": "/search/?q=nothing-at-all",
    "search-empty": "/search/",
    "handout-choose": "/handout/",
    "handout-lost": "/handout/?article=nothing",
    "handout": f"{ARTICLE}handout/",
    "handout-of-two": "/handout/?article=checkpoint-inhibitors&article=more",
    "thanks": f"/feedback/thanks/?to={ARTICLE}",
    "error-404": "/no-such-page",
    "error-410": "/articles/withdrawn/",
    "login": "/admin/login/",
}
# Pages that no GET leads to: the response to any request.
ERRORS: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "error-400": lambda request: errors.bad_request(request, SuspiciousOperation()),
    "error-403": lambda request: errors.forbidden(request, PermissionError()),
    "error-403-elsewhere": errors.from_elsewhere,
    "error-403-csrf": errors.csrf_failure,
    "error-429": errors.locked_out,
    "error-429-reader": errors.too_many,
    "error-500": errors.server_error,
}


def status_of(name: str) -> int:
    """The status of a page of PUBLIC or ERRORS: ``error-404-…`` is 404."""
    kind, *number = name.split("-")
    return int(number[0]) if kind == "error" else 200


def staff_pages() -> dict[str, str]:
    """The pages of our own templates in the admin, and the style guide."""
    article = Article.objects.get(slug="checkpoint-inhibitors")
    draft = Article.objects.get(slug="only-a-draft")
    term = Term.objects.get(slug="cytokine")
    reference = Reference.objects.get(key="gone-2009")

    def of(name: str, *args: object) -> str:
        return reverse(f"admin:{name}", args=args)

    return {
        "style-guide": "/styleguide/",
        "desk": "/admin/",
        "list-of-articles": of("articles_article_changelist"),
        "list-of-feedback": of("core_feedback_changelist"),
        "new-article": of("articles_article_add"),
        "editor-of-article": of("articles_article_change", article.pk),
        "editor-of-term": of("glossary_term_change", term.pk),
        "editor-of-reference": of("references_reference_change", reference.pk),
        "import-upload": of("references_importbatch_add"),
        "import-preview": of(
            "references_importbatch_change", ImportBatch.objects.get().pk
        ),
        "import-of-terms-upload": of("glossary_termimport_add"),
        "import-of-terms-preview": of(
            "glossary_termimport_change", TermImport.objects.get().pk
        ),
        "look-up": of("references_reference_look_up"),
        "duplicates": of("references_reference_duplicates"),
        "merge": of("references_reference_merge", reference.pk)
        + f"?other={Reference.objects.get(key='study-00').pk}",
        "claims": of("articles_article_claims", article.pk),
        "claims-of-all": "/admin/claims/",
        "sources-to-look-at": "/admin/desk/sources/",
        "task": of("references_noticetask_change", NoticeTask.objects.all()[0].pk),
        "links": of("core_outsidelink_changelist"),
        "notice-form": of("references_reference_add_notice", reference.pk),
        "history": of("articles_article_history", article.pk),
        "read-and-comment": of("articles_article_read", article.pk, 2),
        "ask-an-expert": of("articles_article_invite", article.pk, 2),
        "withdraw": of("articles_article_withdraw", article.pk),
        "delete": of("articles_article_delete", draft.pk),
        "preview": of("articles_article_preview", article.pk, 2),
    }


def error_page(name: str) -> str:
    """The HTML of one of ERRORS."""
    return ERRORS[name](RequestFactory().get("/somewhere/")).content.decode()


def make_gallery() -> None:
    """Fill the database; the account “editor” may do everything that editors may."""
    with time_machine.travel(MADE_AT, tick=False) as traveller:
        _fill()
        gone = make_article("withdrawn").page
        traveller.shift(timedelta(days=1))  # it was public for a day
        articles.publishing.withdraw(gone, by=publisher(), reason="Out of date.")


def _fill() -> None:
    ensure_roles()
    make_user("editor", role="Editor")
    _references()
    editor = get_user_model().objects.get(username="editor")
    _import(editor)
    tags = [
        make_tag("Basics"),
        make_tag("Melanoma", "cancer type"),
        make_tag("Checkpoint inhibitors", "treatment"),
        make_tag("Fatigue", "side effect"),
        make_tag("Caregivers", "audience"),
    ]
    forms = [("plural", "cytokines"), ("synonym", "messenger protein")]
    t_cell = make_term("T cell", "A white blood cell.", forms=[("plural", "T cells")])
    _rich_term(t_cell.page, forms=forms, tags=tags[1:3])
    for word in ("Antibody", "Biopsy", "Melanoma"):
        make_term(word, f"{word} is a word that is explained in one plain sentence.")
    _import_terms(editor)
    make_article("about", "## For whom\n\nFor readers.", kind="site page")
    make_article("more", "## More\n\nMore words on T cells.", tags=tags[:2])
    draft_article("only-a-draft", "Unfinished.")
    _checkpoint_inhibitors(tags)
    add_notice(
        Reference.objects.get(key="larkin-2015"),
        by=publisher(),
        kind="correction",
        noticed_on=date(2016, 4, 1),
        source="https://example.org/correction",
    )


def _rich_term(other: Term, **fields) -> None:
    """A term that says all that a term can say, and its relatives."""
    sense = Form("IL", "abbreviation", is_sense=True)
    protein, lane = make_term("Protein"), make_term("Inpatient level", forms=[sense])
    cytokine = make_term(
        "Cytokine",
        "A protein that carries signals between T cells [@larkin-2015].",
        professional="It binds to a receptor of *T cells* [@robert-2019].",
        respelling="SY-toh-kine",
        ipa="ˈsaɪtəˌkaɪn",
        audio="/media/0123456789abcdef.mp3",
        picture="/static/img/diagrams/checkpoint-inhibitor-320x200.svg",
        picture_alt="A cell sends small balls to another cell.",
        picture_credit="Drawn for this site",
        translations={"ar": "سيتوكين", "es": "citocina", "zh-Hans": "细胞因子"},
        relations=[
            ("broader", protein.page), ("part of", lane.page), ("related", other),
        ],
        **fields,
    )  # fmt: skip
    kind = [("broader", cytokine.page)]
    make_term("Interleukin", forms=[sense], relations=kind)
    make_term("Signal", relations=[("part of", cytokine.page)])


def _references() -> None:
    make_reference("larkin-2015", DOI="10.1056/nejmoa1504030", PMID="26027431")
    make_reference("robert-2019", issued={"date-parts": [[2019]]})
    make_reference("gone-2009", issued={"date-parts": [[2009]]})
    add_notice(
        Reference.objects.get(key="gone-2009"),
        by=publisher(),
        kind="retraction",
        noticed_on=date(2011, 4, 1),
        source="https://example.org/notice",
        note="The data were wrong.",
    )
    for number in range(25):  # enough for a second page of the list
        make_reference(f"study-{number:02}")


def _import(editor: Any) -> None:
    """A file that has been checked: a new record, a duplicate and a wrong one."""
    book = {"type": "book", "title": "A book on cells"}
    records = [
        {"id": "new-2020", **book},
        {"id": "other", **book, "PMID": "26027431"},
        {"id": "wrong", "type": "book"},
    ]
    batch = references.uploading.UPLOADS.make_batch(
        json.dumps(records).encode(), file_name="cells.json", by=editor
    )
    references.importing.STEPS.step(batch, by=editor)


def _import_terms(editor: Any) -> None:
    """A file that has been checked: a new term, one that is here and a wrong one."""
    records = [
        {"headword": "Plasma cell", "definition": "It makes antibodies."},
        {"headword": "Antibody", "definition": "Other words."},
        {"headword": "Spleen", "definition": "An organ.", "related": ["no-such-term"]},
    ]
    batch = glossary.uploading.UPLOADS.make_batch(
        json.dumps(records).encode(), file_name="terms.json", by=editor
    )
    glossary.importing.STEPS.step(batch, by=editor)


def _checkpoint_inhibitors(tags: list) -> None:
    """An article with all that an article can hold, and a draft beside it."""
    paragraphs = "\n\n".join(f"Paragraph {number} says little." for number in range(20))
    live = make_article(
        "checkpoint-inhibitors", BODY.replace("{paragraphs}", paragraphs), tags=tags
    )
    give_feedback(live, answer="yes")
    give_feedback(live, answer="no", reason="hard")
    draft_article("checkpoint-inhibitors", "## Draft\n\nNot yet [@nobody-1999].")
