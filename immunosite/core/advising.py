"""What the checklists of all kinds of pages advise, and never insist on. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from .checklist import Measured, Note, advice
from .markdown import Problem
from .readability import KnownWords, MeasuredSentence, Readability, measure_sentences
from .sentences import Sentence

TARGET_GRADE = 8.0
HARDEST = 3
# Search engines cut a longer description; a shorter one says little.
DESCRIPTION = (50, 160)
# So great a share of the words must differ before readers should be told.
MUCH = 0.1


def measured(sentences: Sequence[Sentence], names: KnownWords) -> Readability | None:
    """How hard a page is to read, with its hardest sentences."""
    return measure_sentences(sentences, known_words=names, hardest=HARDEST)


def readability_problems(found: Readability | None) -> list[Problem]:
    """Nothing, unless the grade as measured is above the target."""
    if found is None or not found.is_above(TARGET_GRADE):
        return []
    message = (
        f"The grade is {found.measured.grade:.1f}; the target is {TARGET_GRADE:g}. "
        "Shorten the hardest sentences."
    )
    return [advice("readability", message)]


def readability_notes(found: Readability | None) -> Measured | None:
    """The grade, and the hardest sentences with their lines."""
    if found is None:
        return None
    words = f"grade {found.measured.grade:.1f}"
    if found.is_rough:
        words += ", rough since there are few words"
    if found.hardest and found.hardest[0].line:
        words += f"; hardest sentence: line {found.hardest[0].line}"
    return Measured(words, tuple(map(_note, found.hardest)))


def _note(sentence: MeasuredSentence) -> Note:
    grade = f"{sentence.measured.grade:.1f}"
    return Note(sentence.line, f"grade {grade}: {sentence.text}")


def description_problems(text: str) -> list[Problem]:
    """Whether a text fits what search engines show below a title."""
    shortest, longest = DESCRIPTION
    length = len(" ".join(text.split()))
    if not length or shortest <= length <= longest:
        return []
    why = "say more" if length < shortest else "search engines cut it"
    message = (
        f"The summary has {length} characters; {shortest} to {longest} are good as the "
        f"description in search engines: {why}."
    )
    return [advice("description", message)]


def due_problems(has_due_date: bool) -> list[Problem]:
    if has_due_date:
        return []
    message = (
        "No date is set for the next review. Set it under “Care”; a sign-off sets it, "
        "too."
    )
    return [advice("due", message)]


def note_problems(public_note: str, text: str, live_text: str | None) -> list[Problem]:
    """Whether readers aren't told of a great change. ``live_text`` has the words that
    they see now, None when they see none. A small change may matter as much; only the
    author knows."""
    if public_note.strip() or live_text is None or not differs_much(text, live_text):
        return []
    message = (
        "The text differs much from the live one, and there is no change note for "
        "readers. Without it the date “Updated” stays as it is."
    )
    return [advice("note", message)]


def differs_much(text: str, other: str) -> bool:
    """Whether at least a tenth of the words of two texts are not in both, whatever
    their order."""
    one, two = Counter(text.split()), Counter(other.split())
    words = one.total() + two.total()
    return bool(words) and ((one - two) + (two - one)).total() / words >= MUCH
