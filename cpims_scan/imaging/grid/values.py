"""What is printed beside words above and below a table: place, month, totals."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz import fuzz

from cpims_scan.forms.grid import GridValue
from cpims_scan.imaging.grid.cells import TextLine, squeezed

LABEL_LIKE = 0.86
MOST_WORDS = 4  # of a label
EMPTY_HEIGHTS = 12.0  # how wide the place of a value is taken when nothing is printed there
GAP_HEIGHTS = 0.4  # between a label and its value
GROWN = 0.35  # of a word's height: room around a value


@dataclass(frozen=True, slots=True)
class PrintedValue:
    """
    A value beside its words.

    Attributes:
        text: As printed, "" when nothing stands there.
        confidence: Of its weakest word, 0..1.
        box: left, top, right, bottom of where it stands, pixels at the lines' scale.
    """

    field: str
    text: str
    confidence: float
    box: tuple[float, float, float, float]


def find_values(values: tuple[GridValue, ...], lines: list[TextLine]) -> dict[str, PrintedValue]:
    """The value of every field whose words are printed, by field name."""
    found: dict[str, PrintedValue] = {}
    for line in lines:
        labels = _labels(values, line)
        for i, (value, first, after) in enumerate(labels):
            if value.field in found:
                continue
            end = labels[i + 1][1] if i + 1 < len(labels) else len(line)
            found[value.field] = _value(value.field, line, (first, after, end))
    return found


def _labels(values: tuple[GridValue, ...], line: TextLine) -> list[tuple[GridValue, int, int]]:
    """Labels of a line from left to right: the field, its first word, the word after it."""
    found: list[tuple[GridValue, int, int]] = []
    start = 0
    while start < len(line):
        best = _label_at(values, line, start)
        if best is None:
            start += 1
            continue
        value, length = best
        found.append((value, start, start + length))
        start += length
    return found


def _label_at(
    values: tuple[GridValue, ...], line: TextLine, start: int
) -> tuple[GridValue, int] | None:
    """The label that begins at a word and is most like one of the edition's, and its length."""
    best: tuple[float, GridValue, int] | None = None
    for length in range(min(MOST_WORDS, len(line) - start), 0, -1):
        text = squeezed("".join(word.text for word in line[start : start + length]))
        for value in values:
            like = max(fuzz.ratio(text, squeezed(words)) / 100 for words in value.words)
            if like >= LABEL_LIKE and (best is None or like > best[0]):
                best = (like, value, length)
    return (best[1], best[2]) if best else None


def _value(field: str, line: TextLine, place: tuple[int, int, int]) -> PrintedValue:
    first, after, end = place
    words = [word for word in line[after:end] if squeezed(word.text)]
    height = max(word.height for word in line[first:after])
    if words:
        top, bottom = min(w.top for w in words), max(w.bottom for w in words)
        box = (words[0].left, top, max(w.right for w in words), bottom)
        text = " ".join(word.text for word in words)
        weakest = min(word.confidence for word in words)
    else:
        left = line[after - 1].right + GAP_HEIGHTS * height
        right = left + EMPTY_HEIGHTS * height
        if end < len(line):
            right = max(min(right, line[end].left - GAP_HEIGHTS * height), left + height)
        box = (left, line[first].top, right, line[first].bottom)
        text, weakest = "", 1.0
    grow = GROWN * height
    grown = (box[0] - grow, box[1] - grow, box[2] + grow, box[3] + grow)
    return PrintedValue(field, text, weakest, grown)


def best_title(words: list[str], lines: list[TextLine]) -> tuple[str, float]:
    """Which of some titles is printed on a page, and how like it is, 0..1."""
    best = ("", 0.0)
    for line in lines:
        text = squeezed(" ".join(word.text for word in line))
        for title in words:
            wanted = squeezed(title)
            if len(text) < len(wanted) // 2:
                continue
            score = fuzz.partial_ratio(wanted, text) / 100 if len(text) >= len(wanted) else 0.0
            score = max(score, fuzz.ratio(wanted, text) / 100)
            if score > best[1]:
                best = (title, score)
    return best
