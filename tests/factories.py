"""Plain functions that make what a test needs, through the project's own deeds."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

import articles.publishing
import glossary.publishing
from articles.models import Article
from glossary.models import Term
from glossary.wording import Form
from immunosite.core import workflow
from immunosite.core.curating import save_tag
from immunosite.core.tagging import Tag
from references.curating import save_reference

# Users


def make_user(name: str, *, role: str | None = None):
    """A staff account; without a role it is an administrator."""
    user = get_user_model().objects.create_user(
        name, password="correct horse", is_staff=True, is_superuser=role is None
    )
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user


def publisher():
    """An administrator who makes what a test only needs to be there."""
    found = get_user_model().objects.filter(username="publisher").first()
    return found or make_user("publisher")


def colleague():
    """A second administrator, who may approve what the first one wrote."""
    found = get_user_model().objects.filter(username="colleague").first()
    return found or make_user("colleague")


def approved(revision):
    """The draft, which has now been reviewed and approved by somebody else."""
    workflow.submit(revision, by=publisher())
    workflow.approve(revision, by=colleague())
    return revision


# References


def make_reference(key: str = "larkin-2015", **csl):
    record = {
        "type": "article-journal",
        "title": f"A study called {key}",
        "author": [{"family": "Larkin", "given": "J."}],
        "container-title": "Journal of Examples",
        "issued": {"date-parts": [[2015]]},
        **csl,
    }
    return save_reference(key, {"id": key, **record}, by=publisher())


# Tags


def make_tag(name: str, kind: str = "topic") -> Tag:
    return save_tag(Tag(name=name, kind=kind), by=publisher())


# Terms


def draft_term(
    title: str, body: str = "", *, slug: str | None = None, forms=(), **fields
):
    """A new draft of a term, which is created when there is none of this slug;
    ``forms`` are (kind, text) pairs, or Forms."""
    slug = slug or title.lower().replace(" ", "-")
    term = Term.objects.filter(slug=slug).first() or Term(slug=slug)
    newest = term.newest() if term.pk else None
    return glossary.publishing.save_draft(
        term,
        based_on=newest.number if newest else None,
        by=publisher(),
        title=title,
        body=body or f"What {title} means.",
        forms=[each if isinstance(each, Form) else Form(*each[::-1]) for each in forms],
        **fields,
    )


def word_rows(*forms) -> dict[str, str]:
    """What the editor of a term sends for these words: (kind, text) pairs, or Forms; a
    Form of the kind "headword" brings the headword's rules."""
    sent: dict[str, str] = {}
    for number, each in enumerate(forms):
        form = each if isinstance(each, Form) else Form(*each[::-1])
        row = f"words-{'headword' if form.kind == 'headword' else number}"
        sent |= {f"{row}-kind": form.kind, f"{row}-text": form.text}
        sent[f"{row}-case"] = form.case
        if not form.is_automatic:
            sent[f"{row}-marked"] = "on"
        if form.is_sense:
            sent[f"{row}-sense"] = "on"
    return sent


def make_term(
    title: str,
    body: str = "",
    *,
    live_from: datetime | None = None,
    live_until: datetime | None = None,
    forced_reason: str = "Made for a test.",
    **fields,
):
    """A published term; returns its revision."""
    revision = draft_term(title, body, **fields)
    how = {
        "live_from": live_from,
        "live_until": live_until,
        "forced_reason": forced_reason,
    }
    return glossary.publishing.publish(revision, by=publisher(), **how)


# Articles


def draft_article(
    slug: str, body: str = "Some words.", *, kind: str = "article", **fields
):
    """A new draft of an article, which is created when there is none of this slug."""
    found = Article.objects.filter(slug=slug).first()
    article = found or Article(slug=slug, kind=kind)
    newest = article.newest() if article.pk else None
    title = slug.replace("-", " ").capitalize()
    return articles.publishing.save_draft(
        article,
        based_on=newest.number if newest else None,
        by=publisher(),
        **{"title": title, "summary": f"About {title}.", "body": body, **fields},
    )


def make_article(
    slug: str,
    body: str = "Some words.",
    *,
    live_from: datetime | None = None,
    live_until: datetime | None = None,
    forced_reason: str = "Made for a test.",
    **fields,
):
    """A published article; returns its revision."""
    revision = draft_article(slug, body, **fields)
    how = {
        "live_from": live_from,
        "live_until": live_until,
        "forced_reason": forced_reason,
    }
    return articles.publishing.publish(revision, by=publisher(), **how)
