"""From printed words to names, labels in both languages, types and readers: guesses, to be read."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LONGEST_NAME = 40
MOST_WORDS = 5
# Words that name nothing; dropped from a name that has others.
EMPTY_WORDS = frozenset(
    [
        *("a", "an", "and", "as", "at", "be", "by", "for", "from", "if", "in", "is", "it", "of"),
        *("on", "or", "please", "s", "t", "the", "this", "to", "was", "were", "with"),
        *("ya", "wa", "la", "za", "na", "kwa", "cha", "vya"),
    ]
)
BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
NUMBERING = re.compile(r"^\W*(?:\d{1,2}[.)]|[A-Za-z][.)])\s+")  # `4. Name`, `b) Age`

# Order decides: the first kind whose words are met. English and Swahili, as forms print them.
DATE = re.compile(
    r"\bdates?\b|\bd\.?\s?o\.?\s?b\b|\btarehe\b|\b(dd|mm)\s*[/.-]\s*(mm|dd)\b|d ?d ?/? ?m ?m", re.I
)
SIGNATURE = re.compile(r"\bsign(ed|ature)?\b|\bsahihi\b|\bsaini\b|\bstamp\b|\bthumb", re.I)
TELEPHONE = re.compile(r"\b(tele)?phone\b|\btel\b|\bsimu\b|\bmobile\b|\bcell ?no", re.I)
IDENTITY = re.compile(r"\b(i\.?d\.?|identity|kitambulisho)\b(?! ?card)", re.I)
CODE = re.compile(
    r"\bserial\b|\bcode\b|\breg(istration|\.)? ?no|\b(account|certificate|admission|passport"
    r"|student|roll|case|file|reference|ref|visit|card|form) ?(no|number|nambari)\b"
    r"|\bp\.? ?o\.? ?box\b|\bnambari\b|\bnamba\b",
    re.I,
)
COUNT = re.compile(
    r"\bage\b|\bumri\b|\bidadi\b|\bjumla\b|\btotals?\b|\bnumber of\b|\bno\.? of\b|\bhow many\b"
    r"|\bcounts?\b|\bqty\b|\bquantity\b|\bmarks\b|\bscore\b|\bgrade\b|\byears?\b|\bmonths?\b"
    r"|\bamount\b|\bksh\b|\bkes\b|\bweight\b|\bheight\b|\bmale\b|\bfemale\b|^[mf]$|\b\d+ ?- ?\d+\b",
    re.I,
)
YES_NO = re.compile(r"\b(yes|ndiyo|ndio) ?/ ?(no|hapana|la)\b", re.I)
SEX = re.compile(r"\b(f|female) ?(/|or|au) ?(m|male)\b|\b(m|male) ?(/|or|au) ?(f|female)\b", re.I)
SEX_LABEL = re.compile(r"^(sex|gender|jinsia)\W*$", re.I)
MONTH_FIRST = re.compile(r"\bm ?m ?[/.-]? ?d ?d\b", re.I)

SWAHILI = frozenset(
    [
        *("afisa", "aina", "anwani", "baba", "chanjo", "cheo", "chini", "chuo", "daraja"),
        *("darasa", "dawa", "dini", "dozi", "elimu", "eneo", "familia", "fomu", "hakuna"),
        *("hali", "hapana", "hatua", "homa", "hospitali", "huduma", "idadi", "jamii", "jina"),
        *("jinsia", "jumla", "kabila", "kata", "kaunti", "kazi", "kesi", "kiasi", "kijiji"),
        *("kitambulisho", "kituo", "kuzaliwa", "maelezo", "mahali", "makao", "mama", "maoni"),
        *("mgonjwa", "mkoa", "mlezi", "msingi", "mteja", "mtoto", "mwaka", "mwanamke"),
        *("mwanamume", "mwenyekiti", "mwezi", "mzazi", "namba", "nambari", "ndiyo", "ndogo"),
        *("ndugu", "nyingine", "nyumbani", "ofisi", "orodha", "ripoti", "saa", "sababu"),
        *("sahihi", "sekondari", "shule", "siku", "simu", "taarifa", "tarafa", "tarehe"),
        *("uhusiano", "umri", "usajili", "wadi", "wiki", "wilaya"),
    ]
)
# Labels that most forms print; the others are for a person to translate.
GLOSSARY = {
    "address": "Anwani",
    "age": "Umri",
    "amount": "Kiasi",
    "class": "Darasa",
    "comment": "Maoni",
    "comments": "Maoni",
    "county": "Kaunti",
    "date": "Tarehe",
    "date of birth": "Tarehe ya kuzaliwa",
    "designation": "Cheo",
    "district": "Wilaya",
    "education": "Elimu",
    "father": "Baba",
    "female": "Mwanamke",
    "gender": "Jinsia",
    "id no": "Nambari ya kitambulisho",
    "male": "Mwanamume",
    "month": "Mwezi",
    "mother": "Mama",
    "name": "Jina",
    "no": "Hapana",
    "notes": "Maelezo",
    "occupation": "Kazi",
    "office": "Ofisi",
    "other": "Nyingine",
    "relationship": "Uhusiano",
    "religion": "Dini",
    "remarks": "Maoni",
    "school": "Shule",
    "sex": "Jinsia",
    "signature": "Sahihi",
    "sub county": "Kaunti ndogo",
    "telephone": "Simu",
    "total": "Jumla",
    "village": "Kijiji",
    "ward": "Wadi",
    "year": "Mwaka",
    "yes": "Ndiyo",
}


@dataclass(frozen=True, slots=True)
class Guess:
    """What a box seems to take: type and reader of docs/forms.md; choices named, if it is one."""

    type: str
    reader: str
    choices: str = ""  # yesno or sex, written by hand


class Names:
    """Names given so far in one form or table; each is given once."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def give(self, words: str, section: str = "", otherwise: str = "field") -> str:
        """Make a name of printed words; the section's words, then a number, tell twins apart."""
        name = slug(words) or otherwise
        if name in self._given and slug(section):
            longer = slug(section, words_at_most=2) + "_" + name
            name = longer[:LONGEST_NAME].rstrip("_")
        unique, number = name, 2
        while unique in self._given:
            unique, number = f"{name}_{number}", number + 1
        self._given.add(unique)
        return unique


def slug(words: str, words_at_most: int = MOST_WORDS) -> str:
    """
    Printed words as a name: small letters, digits and `_`, a letter first; "" when none is left.

    Of `Jina / Name` the English half makes the name.
    """
    english = labels(words)["en"]
    plain = unicodedata.normalize("NFKD", NUMBERING.sub("", BRACKETS.sub(" ", english)))
    plain = plain.encode("ascii", "ignore").decode().lower().replace("'", "")
    found = re.findall(r"[a-z0-9]+", plain)
    kept = [word for word in found if word not in EMPTY_WORDS] or found
    name = "_".join(kept[:words_at_most])[:LONGEST_NAME].strip("_")
    return name if not name or name[0].isalpha() else f"n_{name}"


def labels(words: str) -> dict[str, str]:
    """A label in the languages it is printed in: `Tarehe / Date` is both."""
    text = " ".join(NUMBERING.sub("", words).split()).strip(" :._/")
    halves = [half.strip(" :.") for half in re.split(r"\s+/\s+|\s*\|\s*", text)]
    if len(halves) == 2 and all(halves):
        first, second = (_is_swahili(half) for half in halves)
        if first != second:
            return {"en": halves[second is False], "sw": halves[first is False]}
    known = GLOSSARY.get(re.sub(r"[^a-z ]", " ", text.lower()).strip())
    return {"en": text or "?"} | ({"sw": known} if known else {})


def guess(label: str, hint: str, cells: int = 0) -> Guess:
    """
    Guess what a box takes from its words.

    Args:
        label: Printed beside it.
        hint: Printed in it, or below a comb.
        cells: Of a comb; 0 for a plain box.
    """
    if cells:
        return _comb_guess(label, hint, cells)
    if YES_NO.search(hint):
        return Guess("select_one yesno", "text", "yesno")
    if SEX.search(hint) or SEX_LABEL.match(label.strip()):
        return Guess("select_one sex", "text", "sex")
    both = f"{label} {hint}"
    for pattern, found in (
        (SIGNATURE, Guess("signature", "signature")),
        (DATE, Guess("date", "date")),
        (TELEPHONE, Guess("code", "number")),
        (IDENTITY, Guess("code", "number")),
        (CODE, Guess("code", "text")),
        (COUNT, Guess("integer", "number")),
    ):
        if pattern.search(both):
            return found
    return Guess("text", "text")


def is_month_first(hint: str) -> bool:
    """True when the print asks for the month before the day."""
    return bool(MONTH_FIRST.search(hint))


def comb_format(hint: str, cells: int) -> str | None:
    """How a date's comb is filled; None when so many boxes hold no date that is known."""
    day = "mmdd" if is_month_first(hint) else "ddmm"
    return {8: f"{day}yyyy", 6: f"{day}yy"}.get(cells)


def comb_alphabet(kind: str, label: str) -> str:
    """What stands in a comb's boxes."""
    if kind in ("date", "integer") or TELEPHONE.search(label) or IDENTITY.search(label):
        return "digits"
    if kind == "text":
        return "capitals"
    return "digits" if re.search(r"\b(number|no|nambari|namba)\b", label, re.I) else "alphanumeric"


def _comb_guess(label: str, hint: str, cells: int) -> Guess:
    both = f"{label} {hint}"
    if DATE.search(both) and comb_format(hint, cells):
        return Guess("date", "comb")
    is_code = TELEPHONE.search(both) or IDENTITY.search(both) or CODE.search(both)
    if is_code or re.search(r"\b(number|no\.?)\s*:?$", label.strip(), re.I):
        return Guess("code", "comb")
    return Guess("integer" if COUNT.search(both) else "text", "comb")


def _is_swahili(words: str) -> bool:
    found = re.findall(r"[a-z]+", words.lower())
    return any(word in SWAHILI for word in found)
