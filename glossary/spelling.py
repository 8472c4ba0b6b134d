"""American and British spelling of words of medicine, either way. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

# American and British, wherever in a word they stand ("antitumor"). What the American
# one may not follow keeps "chemotherapy" and what is British already out.
_PARTS = (
    ("tumor(?!ig)", "tumour"),
    ("leukemi", "leukaemi"),
    ("anemi", "anaemi"),
    ("ischemi", "ischaemi"),
    ("glycemi", "glycaemi"),
    ("septicemi", "septicaemi"),
    ("(?<!c)hemat", "haemat"),
    ("(?<!c)hemo", "haemo"),
    ("(?<![ao])esophag", "oesophag"),
    ("(?<![ao])edema", "oedema"),
    ("(?<![ao])estrogen", "oestrogen"),
    ("diarrhea", "diarrhoea"),
    ("celiac", "coeliac"),
    ("fetal", "foetal"),
    ("fetus", "foetus"),
    ("pediatr", "paediatr"),
    ("gynec", "gynaec"),
    ("orthopedic", "orthopaedic"),
    ("anesthe", "anaesthe"),
    ("(?<!a)etiolog", "aetiolog"),
    ("leuko", "leuco"),
    ("leukaph", "leucaph"),
)
# These only as whole words: "colorectal" is the same in both, "staging" holds "aging".
_WORDS = {
    "color": "colour",
    "colored": "coloured",
    "favorable": "favourable",
    "behavior": "behaviour",
    "behavioral": "behavioural",
    "center": "centre",
    "fiber": "fibre",
    "liter": "litre",
    "program": "programme",
    "aging": "ageing",
    "defense": "defence",
    "labeled": "labelled",
    "unlabeled": "unlabelled",
}
# Verbs in -ize and -ise, -yze and -yse; not "exercise", nor "size".
_VERBS = """
    anal catheter character crystall equal fertil hospital humani human immun individual
    local metabol metastas minim neutral normal optim organ personal random recogn
    sensit stabil standard steril summar visual
""".split()
_VERB = rf"((?:{'|'.join(_VERBS)})[iy]){{}}(e|ed|es|er|ers|ing|able|ations?)"
_TO_BRITISH = (
    *((us, british) for us, british in _PARTS),
    *((rf"\b{us}(s?)\b", rf"{british}\1") for us, british in _WORDS.items()),
    (rf"{_VERB.format('z')}\b", r"\1s\2"),
)
_TO_AMERICAN = (
    *((british, re.sub(r"\(.*?\)", "", us)) for us, british in _PARTS),
    *((rf"\b{british}(s?)\b", rf"{us}\1") for us, british in _WORDS.items()),
    (rf"{_VERB.format('s')}\b", r"\1z\2"),
)


def spellings_of(text: str) -> list[str]:
    """The text in American and in British spelling, as far as it is not so already."""
    both = (_respelled(text, _TO_AMERICAN), _respelled(text, _TO_BRITISH))
    return [each for each in dict.fromkeys(both) if each != text]


def _respelled(text: str, pairs: Sequence[tuple[str, str]]) -> str:
    for pattern, other in pairs:
        text = re.sub(pattern, partial(_in_case, other), text, flags=re.IGNORECASE)
    return text


def _in_case(other: str, found: re.Match[str]) -> str:
    new = found.expand(other)
    return new[:1].upper() + new[1:] if found[0][:1].isupper() else new
