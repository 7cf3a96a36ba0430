"""Pages without a form are proposed as attachments of the form page that they lie behind."""

from __future__ import annotations

import pytest

from cpims_scan.domain.paper import PageMatch, Quality
from cpims_scan.domain.record import PageReading
from cpims_scan.forms.separator import Slip
from cpims_scan.pipeline.assembly.odd_pages import proposed_kind, unknown_runs
from cpims_scan.pipeline.assembly.serials import FilePage


def stack(words: str) -> list[FilePage]:
    """Pages of one file: digits of a form, "?" unknown, "P" a photograph, "b" blank, "|" a slip."""
    return [_page(number, word) for number, word in enumerate(words.split(), start=1)]


def _page(number: int, word: str) -> FilePage:
    states = {"?": "unknown", "P": "unknown", "b": "blank", "|": "blank"}
    state = states.get(word, "read")
    match = None if word in states else PageMatch("story", "one", int(word), 0, 1.0, "layout")
    said = Slip(1).text if word == "|" else ""
    quality = Quality(ink_share=0.6 if word == "P" else 0.05)
    reading = PageReading(f"c{number}", state, match, quality, separator=said)
    return FilePage("stack.pdf", number, reading)


@pytest.mark.parametrize(
    ("pages", "found"),
    [
        pytest.param("1 2 ? ? 1 2", [([3, 4], 2)], id="letter-of-two-pages"),
        pytest.param("1 2 ? b ? b", [([3, 5], 2)], id="blank-backs-end-no-run"),
        pytest.param("1 ? 2 ?", [([2], 1), ([4], 3)], id="each-behind-its-page"),
        pytest.param("? 1 2", [([1], 2)], id="before-the-first-form"),
        pytest.param("1 2 | ? 1 2", [([4], 5)], id="slip-parts-them"),
        pytest.param("1 2 ? | ?", [([3], 2), ([5], None)], id="slip-ends-the-run"),
    ],
)
def test_unknown_runs__one_question_a_run(
    pages: str, found: list[tuple[list[int], int | None]]
) -> None:
    """Pages that follow each other, and the form page that they go with."""
    runs = unknown_runs(stack(pages))

    assert found == [([p.number for p in run], b.number if b else None) for run, b in runs]


@pytest.mark.parametrize(
    ("pages", "kind"),
    [
        pytest.param("1 ? 2 b", "story", id="written-back-of-a-duplex-scan"),
        pytest.param("1 2 ? b", "other", id="a-leaf-of-its-own"),
        pytest.param("1 2 P b", "photograph", id="dark-all-over"),
        pytest.param("1 ? 2", "other", id="one-side-scanned"),
    ],
)
def test_proposed_kind__of_the_first_run(pages: str, kind: str) -> None:
    """What is written on the back of a form page is a story; a dark page is a photograph."""
    laid = stack(pages)
    run, beside = unknown_runs(laid)[0]

    assert proposed_kind(run, beside, laid) == kind
