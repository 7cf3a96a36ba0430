"""How well each reader reads what trained nothing: other writers, other sources, other seeds."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytesseract

from cpims_scan.domain.paper import CellImage, Pixels
from cpims_scan.reading.characters import CAPITALS, DIGITS, read_characters
from cpims_scan.reading.ink import is_plainly_blank, own_ink
from cpims_scan.reading.marks import OUTCOMES, read_marks
from cpims_scan.reading.strings import line_picture, read_strings
from training import data
from training.characters import Source, character_cell
from training.compose import string_cell
from training.data import Glyphs
from training.odk import load_marks
from training.texts import random_date
from training.ticks import choice_field, square_field
from training.writers import Cases

SHARED = Path(__file__).parents[2] / "shared" / "data"
SEED = 30
STRINGS = 600
CHARACTERS = 1500
FIELDS = 500
PEER_STRINGS = 60
BINS = 10

Distribution = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """What one reader said of one set: right or wrong, and how sure it was."""

    right: list[bool]
    sure: list[float]

    @staticmethod
    def of(found: list[Distribution], truth: list[str]) -> Tally:
        """Compare the best outcomes with the truth."""
        best = [d[0] if d else ("", 0.0) for d in found]
        return Tally([b == t for (b, _), t in zip(best, truth, strict=True)], [p for _, p in best])

    def line(self, name: str) -> str:
        """One row of the table."""
        n, k = len(self.right), sum(self.right)
        low, high = wilson(k, n)
        kept = [r for r, p in zip(self.right, self.sure, strict=True) if p > SURE]
        wrong = len(kept) - sum(kept)
        return (
            f"{name:<52}{k:>6}/{n:<6}{k / n:>7.4f}  [{low:.4f}, {high:.4f}]"
            f"{len(kept) / n:>9.3f}{wrong:>7}{calibration_error(self):>9.4f}"
        )


# A reading that says this may be accepted without a person, if its field's class allows it.
SURE = 0.99
HEAD = (
    f"{'set (none of it trained anything)':<52}{'right':>13}{'share':>7}  {'95 % (Wilson)':<16}"
    f"{'p > .99':>11}{'wrong':>7}{'ECE':>9}"
)


def main() -> None:
    """Print every reader's accuracy; says so and stops where the data are absent."""
    cv2.setNumThreads(1)
    if not SHARED.is_dir():
        print("benchmarks.accuracy: the folder shared/data is not beside the checkout; skipped.")
        return
    print(HEAD)
    for part in (strings, characters, marks):
        for name, found, truth in part():
            print(Tally.of(found, truth).line(name), flush=True)
    blanks()
    peer()


def wilson(right: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share. Source: Wilson 1927, J. Am. Stat. Assoc. 22."""
    z = 1.959964
    p, z2 = right / of, z * z
    middle = (p + z2 / (2 * of)) / (1 + z2 / of)
    half = z / (1 + z2 / of) * math.sqrt(p * (1 - p) / of + z2 / (4 * of * of))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def calibration_error(tally: Tally) -> float:
    """Expected calibration error over ten equal bins of probability."""
    sure, right = np.array(tally.sure), np.array(tally.right, float)
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = [
        abs(sure[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean()
        for b in np.unique(bins)
    ]
    return float(sum(gaps))


Rows = Iterator[tuple[str, list[Distribution], list[str]]]


def strings() -> Rows:
    """Numbers and dates of writers kept back, and of sources that were never trained on."""
    capitals = data.load_glyphs(SHARED, data.CAPITALS_FILE, "test")
    sources = {
        "NIST, writers kept back": data.load_glyphs(SHARED, data.DIGITS_FILE, "test"),
        "preprinted forms (never trained)": data.load_glyphs(SHARED, data.PREPRINTED_FILE),
        "Semeion 16 px (never trained)": data.load_glyphs(SHARED, data.SEMEION_FILE),
        "tablet, 40 writers (never trained)": _tablet(DIGITS),
    }
    for name, glyphs in sources.items():
        cases = Cases.of(glyphs, capitals)
        for what, rough in (("1-5 digits", False), ("1-5 digits, rough", True)):
            yield f"number {what}: {name}", *_strings(cases, _number, rough)
        yield f"date: {name}", *_dates(cases, False)
        if name.startswith("NIST"):
            yield f"date, rough: {name}", *_dates(cases, True)
            for said, text in (("dash", "-"), ("empty", "")):
                yield f"{said}, rough", *_strings(cases, _always(text), True)
            yield "words and struck-out ink say '?'", *_words(cases)


def _number(rng: np.random.Generator) -> str:
    return "".join(str(rng.integers(10)) for _ in range(int(rng.integers(1, 6))))


Draw = Callable[[np.random.Generator], str]


def _always(text: str) -> Draw:
    return lambda _: text


def _strings(
    cases: Cases, draw: Draw, rough: bool, is_date: bool = False
) -> tuple[list[Distribution], list[str]]:
    rng = np.random.default_rng(SEED)
    made = [string_cell(cases, rng, draw(rng), real=True, is_rough=rough) for _ in range(STRINGS)]
    inks = [own_ink(cell) for cell, _ in made]
    return read_strings(inks, [is_date] * len(inks)), [text for _, text in made]


def _dates(cases: Cases, rough: bool) -> tuple[list[Distribution], list[str]]:
    """Dates in a date's cell: whatever parts the numbers, the date is the same."""
    found, truth = _strings(cases, random_date, rough, is_date=True)
    return found, [re.sub("[-. ]", "/", text) for text in truth]


def _words(cases: Cases) -> tuple[list[Distribution], list[str]]:
    """Whether ink that is no number is seen as such, whatever else is read beside it."""

    def draw(rng: np.random.Generator) -> str:
        return str(rng.choice(["NIL", "NONE", "YES", "MALE", "CLASS", "KISII", "##", "#"]))

    found, truth = _strings(cases, draw, False)
    said = [("?" if "?" in d[0][0] else d[0][0], d[0][1]) for d in found]
    return [(best,) for best in said], ["?" for _ in truth]


def characters() -> Rows:
    """Characters in comb cells."""
    digits = {
        "NIST, writers kept back": data.load_glyphs(SHARED, data.DIGITS_FILE, "test"),
        "preprinted forms (never trained)": data.load_glyphs(SHARED, data.PREPRINTED_FILE),
        "Semeion 16 px (never trained)": data.load_glyphs(SHARED, data.SEMEION_FILE),
        "tablet, 40 writers (never trained)": _tablet(DIGITS),
    }
    for name, glyphs in digits.items():
        yield f"digit: {name}", *_characters("digits", glyphs, False)
    yield (
        "digit, rough: NIST, writers kept back",
        *_characters("digits", digits["NIST, writers kept back"], True),
    )
    letters = data.load_glyphs(SHARED, data.CAPITALS_FILE, "test")
    yield "capital: NIST, samples kept back", *_characters("capitals", letters, False)
    yield "capital: tablet (never trained)", *_characters("capitals", _tablet(CAPITALS), False)


def _characters(alphabet: str, glyphs: Glyphs, rough: bool) -> tuple[list[Distribution], list[str]]:
    rng = np.random.default_rng(SEED)
    source = Source([glyphs])
    made = [character_cell(source, rng, False, rough) for _ in range(CHARACTERS)]
    return read_characters([own_ink(c) for c, _ in made], alphabet), [t for _, t in made]


def _tablet(labels: str) -> Glyphs:
    """Chars74K's tablet characters: for testing only, their licence says research."""
    every = data.load_glyphs(SHARED, data.TABLET_FILE)
    chosen = [i for i, label in enumerate(every.labels) if label in labels]
    return Glyphs([every.images[i] for i in chosen], every.labels[chosen], every.writers[chosen])


def marks() -> Rows:
    """Choices and squares of other seeds, and real photographs kept back."""
    digits = data.load_glyphs(SHARED, data.DIGITS_FILE, "test")
    for name, make in (("choice in a ruled cell", choice_field), ("tick square", square_field)):
        rng = np.random.default_rng(SEED)
        fields = [make(rng, digits) for _ in range(FIELDS)]
        truth = [OUTCOMES[a] for _, answers in fields for a in answers]
        yield f"{name} (generated, other seeds)", _marks([o for o, _ in fields]), truth
    photos = [(cell, OUTCOMES[kind]) for cell, kind, is_test in load_marks(SHARED) if is_test]
    yield (
        "box or bubble (ODK photos kept back)",
        _marks([[c] for c, _ in photos]),
        [kind for _, kind in photos],
    )


def _marks(fields: list[list[CellImage]]) -> list[Distribution]:
    wanted = [[i for i, c in enumerate(options) if not is_plainly_blank(c)] for options in fields]
    judged = [iter(found) for found in read_marks(fields, wanted)]
    return [
        next(found) if i in chosen else (("empty", 1.0),)
        for options, chosen, found in zip(fields, wanted, judged, strict=True)
        for i in range(len(options))
    ]


def blanks() -> None:
    """How often ink is called blank (never, it should be), and how many blanks that settles."""
    digits = data.load_glyphs(SHARED, data.DIGITS_FILE, "test")
    cases = Cases.of(digits, data.load_glyphs(SHARED, data.CAPITALS_FILE, "test"))
    rng = np.random.default_rng(SEED)
    written = [string_cell(cases, rng, _number(rng), is_rough=True)[0] for _ in range(3 * STRINGS)]
    empty = [string_cell(cases, rng, "", is_rough=True)[0] for _ in range(STRINGS)]
    lost = sum(is_plainly_blank(cell) for cell in written)
    settled = sum(is_plainly_blank(cell) for cell in empty)
    print(f"\nwritten cells on rough paper called plainly blank: {lost} of {len(written)}")
    print(f"empty cells on rough paper settled as plainly blank: {settled} of {len(empty)}")


def peer() -> None:
    """Tesseract, told that there are digits only, on the same lines."""
    glyphs = data.load_glyphs(SHARED, data.DIGITS_FILE, "test")
    cases = Cases.of(glyphs, data.load_glyphs(SHARED, data.CAPITALS_FILE, "test"))
    rng = np.random.default_rng(SEED)
    made = [
        string_cell(cases, rng, _number(rng), real=True, is_rough=False)
        for _ in range(PEER_STRINGS)
    ]
    inks = [own_ink(cell) for cell, _ in made]
    ours = sum(d[0][0] == t for d, (_, t) in zip(read_strings(inks), made, strict=True))
    try:
        theirs = sum(_tesseract(line_picture(k)) == t for k, (_, t) in zip(inks, made, strict=True))
    except pytesseract.TesseractNotFoundError:
        print("peer: Tesseract is not installed; skipped.")
        return
    print(f"\nsame {PEER_STRINGS} numbers: this reader {ours}, Tesseract (digits only) {theirs}")


def _tesseract(line: Pixels) -> str:
    """One line on white, three times as large, as Tesseract likes it."""
    large = cv2.resize(255 - line, None, fx=2.5, fy=2.5, interpolation=cv2.INTER_CUBIC)
    page = cv2.copyMakeBorder(large, 30, 30, 30, 30, cv2.BORDER_CONSTANT, value=(255,))
    config = "--psm 7 -c tessedit_char_whitelist=0123456789"
    return str(pytesseract.image_to_string(page, config=config)).strip()


if __name__ == "__main__":
    main()
