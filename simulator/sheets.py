"""A whole filled form by its seed: what tests, benchmarks and samples ask for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cpims_scan.domain.record import State, Value
from cpims_scan.errors import WrongUseError
from cpims_scan.forms.catalog import Catalog
from cpims_scan.forms.template import Edition
from simulator.answers import BLANK, Answer
from simulator.case_sheet import answers_of, follow_up
from simulator.cases import invent_case
from simulator.coded_paper import bears_codes, fitted, printed_pages, serial_of_seed
from simulator.fill import add_ink, fill
from simulator.hands import Hand, make_hand
from simulator.pens import Pixels
from simulator.population import invent_population
from simulator.register import invent_opening
from simulator.returns import invent_return

# Who may use which seeds, so that nothing is measured on what it was built or tuned with.
SAMPLE_SEEDS = range(1000, 2000)  # sample_forms/, with hands 0 to 19
TEST_SEEDS = range(2000, 3000)  # tests, with hands 20 to 99
BENCHMARK_SEEDS = range(3000, 4000)  # benchmarks, with hands 100 to 199 that nothing else uses
_HANDS = (
    (SAMPLE_SEEDS, range(20)),
    (TEST_SEEDS, range(20, 100)),
    (BENCHMARK_SEEDS, range(100, 200)),
)


@dataclass(frozen=True, slots=True)
class FilledSheet:
    """
    A filled form and the truth about it.

    Attributes:
        pages: Colour, uint8 (H, W, 3), 300 dpi, upright, in page order.
        answers: By field name; fields that are not there are blank.
    """

    edition: Edition
    seed: int
    hand: Hand
    pages: tuple[Pixels, ...]
    answers: dict[str, Answer]

    @property
    def values(self) -> dict[str, Value]:
        """The truth of every answered field that the edition prints."""
        return {
            name: answer.value
            for name, answer in self.answers.items()
            if answer.state is State.ANSWERED and name in self.edition.places
        }

    @property
    def states(self) -> dict[str, State]:
        """The true state of every field that the edition prints, blank ones too."""
        return {name: self.answers.get(name, BLANK).state for name in self.edition.places}


def hand_of(seed: int) -> int:
    """The hand that writes the sheet of a seed: of the seed's own range."""
    for seeds, hands in _HANDS:
        if seed in seeds:
            return hands[(seed - seeds.start) % len(hands)]
    return 200 + seed % 100


def make_sheet(catalog: Catalog, form: str, edition: str, seed: int) -> FilledSheet:
    """
    Invent and fill one form; the same seed gives the same pixels.

    Raises:
        WrongUseError: Nothing is invented for that form yet.
    """
    hand = make_hand(hand_of(seed))
    found = catalog.edition(form, edition)
    answers = invent_answers(form, seed)
    if bears_codes(found):
        answers = fitted(answers, found, catalog, seed)
    return FilledSheet(found, seed, hand, fill_pages(found, answers, hand, seed), answers)


def invent_answers(form: str, seed: int) -> dict[str, Answer]:
    """The answers of an invented sheet."""
    if form == "case_record_sheet_a":
        case = invent_case(seed, hand_of(seed))
        answers = answers_of(case, seed)
        rng = np.random.default_rng([seed, 77])
        for row in range(1, int(rng.choice([1, 1, 2, 3]))):
            answers |= follow_up(case, row, 30 * row + int(rng.integers(20)), seed)
        return answers
    if form == "monthly_caseload_summary":
        return invent_return(seed, hand_of(seed))
    if form == "case_register":
        return invent_opening(seed, hand_of(seed))
    if form == "institution_return":
        return invent_population(seed, hand_of(seed))
    raise WrongUseError(
        f"The simulator invents nobody for the form '{form}'. Known: case_record_sheet_a, "
        "case_register, institution_return, monthly_caseload_summary."
    )


def fill_pages(
    edition: Edition, answers: dict[str, Answer], hand: Hand, seed: int
) -> tuple[Pixels, ...]:
    """Every page of an edition filled by one hand; on a copy of its own where it bears codes."""
    if bears_codes(edition):
        papers = printed_pages(edition, serial_of_seed(seed))
        return tuple(
            add_ink(paper, (edition, number), answers, hand, seed)
            for number, paper in enumerate(papers, start=1)
        )
    return tuple(fill(edition, answers, hand, page.number, seed) for page in edition.pages)
