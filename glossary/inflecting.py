"""Which other forms of a term an editor may want: plurals, other spellings. Pure.

Nothing here enters a form; the editor of a term shows what this finds as choices. So it
says rather nothing than something doubtful: words for what can't be counted (immunity,
nivolumab, colitis) get no plural. The inflect package is not used: it gives everything
a plural, and imports for a second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .spelling import spellings_of
from .wording import Form, compete

# Irregular plurals that occur in medicine. What is here is looked up before any rule.
_IRREGULAR = {
    "bacillus": "bacilli",
    "bacterium": "bacteria",
    "bronchus": "bronchi",
    "cervix": "cervices",
    "child": "children",
    "criterion": "criteria",
    "cytomegalovirus": "cytomegaloviruses",
    "datum": "data",
    "diagnosis": "diagnoses",
    "embolus": "emboli",
    "flagellum": "flagella",
    "focus": "foci",
    "foot": "feet",
    "fungus": "fungi",
    "genus": "genera",
    "half": "halves",
    "index": "indices",
    "leaf": "leaves",
    "life": "lives",
    "locus": "loci",
    "man": "men",
    "medium": "media",
    "mitochondrion": "mitochondria",
    "nucleus": "nuclei",
    "ovum": "ova",
    "person": "people",
    "phenomenon": "phenomena",
    "radius": "radii",
    "serum": "sera",
    "stimulus": "stimuli",
    "thrombus": "thrombi",
    "tooth": "teeth",
    "vertebra": "vertebrae",
    "woman": "women",
}
_KNOWN_PLURALS = frozenset(_IRREGULAR.values())
# What is not counted, or is no noun; a phrase that ends in one gets no plural.
_UNCOUNTED = frozenset(
    """
    allogeneic apheresis autologous benign bone burden care chemo consent decision-making
    deficiency disease evasion fatigue growth health inflammation information
    insufficiency leukapheresis leucapheresis malignant marrow memory metastatic nausea
    pain pneumonia progression pseudoprogression quality radiation research resistance
    sepsis staging stress support surveillance survival thymus tissue tolerance treatment-naive
    vitiligo weakness
    """.split()
)
_UNCOUNTED_ENDING = re.compile(
    # drugs by the stems of the WHO's international nonproprietary names
    r"(?:[a-z]{2}mab|[a-z]{2}nib|[a-z]leucel|[a-z]cept|[a-z]fusp|[a-z]platin|repvec"
    # inflammations, conditions, states, activities, fields, adjectives
    r"|itis|ism|[a-z]emia|aemia|oedema|edema|munity|ology|[a-z]{2}ing|suppression"
    r"|depletion|senescence|[a-z]apheresis|ometry|herapeutic|[a-z]{2}ed|-high|-line|-blind"
    r"|ous|genic|ness|[a-z]adiation|surveillance|immune)\Z"
)
# These end like what is not counted and are counted all the same.
_COUNTED = frozenset(["leukemia", "leukaemia", "virus"])
# Who has the head of the phrase before it: "grade of side effect".
_PREPOSITION = re.compile(r" (?:of|for|in|with|to|from|by) ")
_LAST_WORD = re.compile(r"[^\W\d_]+\Z")
_PLURAL_ABBREVIATION = re.compile(r"[A-Z]s\Z")
_VOWELS = "aeiou"


def plural_of(text: str) -> str:
    """The regular or well-known plural of an English term, "" when it hardly has one."""
    if found := _PREPOSITION.search(text):
        head, rest = text[: found.start()], text[found.start() :]
        plural = plural_of(head)
        return plural and plural + rest
    last = _LAST_WORD.search(text)
    if last is None:
        # "interleukin-2"
        return ""
    word = last[0]
    ending = text.rsplit(" ", 1)[-1].lower()
    if _has_none(word, ending):
        return ""
    return text[: last.start()] + _plural(word)


def _has_none(word: str, ending: str) -> bool:
    small = word.lower()
    if small in _COUNTED or small in _IRREGULAR:
        return False
    return (
        len(word) == 1
        or _PLURAL_ABBREVIATION.search(word) is not None
        or small in _KNOWN_PLURALS
        or bool({small, ending} & _UNCOUNTED)
        or _UNCOUNTED_ENDING.search(ending) is not None
        # It is a plural already.
        or (small.endswith("s") and not small.endswith(("ss", "us", "is")))
    )


def _plural(word: str) -> str:
    small = word.lower()
    if small in _IRREGULAR:
        plural = _IRREGULAR[small]
        return word[0] + plural[1:] if word[0].lower() == plural[0] else plural
    if sum(char.isupper() for char in word) > 1:
        return f"{word}s"
    if small.endswith("sis"):
        return f"{word[:-2]}es"
    if small.endswith("y") and small[-2:-1] not in _VOWELS:
        return f"{word[:-1]}ies"
    # "stomachs", "eunuchs": there "ch" is a k.
    if small.endswith(("s", "x", "z", "sh")) or (
        small.endswith("ch") and not small.endswith("ach")
    ):
        return f"{word}es"
    return f"{word}s"


def suggested(headword: str, forms: Sequence[Form]) -> list[Form]:
    """What may be missing among the forms of a term: plurals, then spellings, each with
    the rules of the form that it is made of. ``forms`` are the other ones; one among
    them may be the headword with its rules."""
    others = [form for form in forms if form.text and form.kind != "headword"]
    own = [Form(headword, "headword"), *others]
    found: list[Form] = []
    for form in (*_plurals(own), *_variants(own)):
        if _is_new(form, [*own, *found]):
            found.append(form)
    for form in _variants(tuple(found)):
        if _is_new(form, [*own, *found]):
            found.append(form)
    return found


def _is_new(form: Form, others: Sequence[Form]) -> bool:
    return not any(form.text == each.text or compete(form, each) for each in others)


def _plurals(forms: Sequence[Form]) -> Iterator[Form]:
    headword, *others = forms
    if any(form.kind == "plural" for form in others):
        # Where an editor has entered a plural, the headword's was not forgotten.
        counted = others
    elif plural_of(headword.text):
        counted = list(forms)
    else:
        # What can't be counted can't by another name.
        counted = []
    for form in counted:
        if form.kind != "plural" and (plural := plural_of(form.text)):
            yield Form(plural, "plural", "", form.is_automatic, form.is_sense)


def _variants(forms: Sequence[Form]) -> Iterator[Form]:
    for form in forms:
        if form.kind == "abbreviation":
            continue
        kind = "plural" if form.kind == "plural" else "variant"
        for text in spellings_of(form.text):
            yield Form(text, kind, "", form.is_automatic, form.is_sense)
