"""Does the bound hold, and how soon is a machine that became worse found out? By simulation.

Writers, errors and probabilities are drawn, not read: this is about the statistics, not about the
readers. What the readers themselves reach is in benchmarks/accuracy.py and benchmarks/samples.py.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from benchmarks.figure import Figure, show
from cpims_scan.domain.trust import NEVER, Checked
from cpims_scan.reading.trust.bound import (
    CONFIDENCE,
    LEAST_ERRORS,
    PRIOR_SPREAD,
    Evidence,
    bound_of,
    spread_of,
)
from cpims_scan.reading.trust.drift import DriftWatch, is_alarm
from cpims_scan.reading.trust.thresholds import GRID, prove
from cpims_scan.settings import ACCURACY_TARGET, SAMPLE_SHARE

SEED = 3400
ROUNDS = 400
WRITERS, READINGS = 60, 200  # a sample: 12,000 readings, 200 of each writer
MANY_WRITERS = 60_000  # stand for all writers there are
MOST_DOUBT = 0.95
SPREADS = (0.0, 1.0, 4.0)  # squared coefficient of variation of the writers' error rates
SHEETS_A_YEAR = 2400  # of an office with 200 sheets a month
DRAWN_A_SHEET = 2  # accepted answers of one class that are checked: 2 % of about 100
MOST_SHEETS = 20_000
WORSE = (2.0, 4.0, 10.0, 30.0)
SHARED = Path(__file__).parents[2] / "shared" / "data"


@dataclass(frozen=True, slots=True)
class Scores:
    """
    How a reader's probabilities are spread: most near 1, the rest anywhere.

    Attributes:
        sure: Share of readings whose doubt is drawn from the sharp part.
        sharp: Mean doubt there.
        loose: Mean doubt of the others.
        optimism: True doubt over the doubt that is said; 1 is calibrated.
    """

    name: str
    sure: float
    sharp: float
    loose: float
    optimism: float = 1.0


READERS = (
    Scores("marks", 0.98, 0.0003, 0.1),
    Scores("numbers under sums", 0.98, 0.0002, 0.1),
    Scores("numbers alone", 0.88, 0.0006, 0.12),
    Scores("dates", 0.85, 0.0008, 0.15),
    Scores("list words", 0.45, 0.002, 0.3),
    Scores("numbers, too sure of themselves", 0.88, 0.0006, 0.12, 3.0),
)


def main() -> None:
    """Print every figure."""
    show(figures(1.0))


def figures(scale: float) -> Iterator[Figure]:
    """Every figure; `scale` shortens the simulations."""
    rounds = max(int(ROUNDS * scale), 20)
    rng = np.random.default_rng(SEED)
    for spread in SPREADS:
        yield _coverage(rng, rounds, spread)
    for scores in READERS:
        yield _thresholds(rng, max(rounds // 2, 20), scores)
    for times in (0.5, 1.0):
        yield _false_alarms(rng, max(rounds // 2, 20), times)
    for times in WORSE:
        yield _delay(rng, max(rounds // 4, 20), times)
    yield from _nist_spread()


def writers_rates(rng: Generator, mean: float, spread: float, count: int) -> NDArray[np.float64]:
    """Error rates of writers, gamma distributed: the worst of them are much worse than the mean."""
    if spread == 0.0:
        return np.full(count, mean)
    return rng.gamma(1.0 / spread, spread * mean, count)


def _coverage(rng: Generator, rounds: int, spread: float) -> Figure:
    """How often the bound of new writers lies above the true rate."""
    held = 0
    for _ in range(rounds):
        rates = writers_rates(rng, ACCURACY_TARGET, spread, WRITERS)
        sizes = rng.poisson(READINGS, WRITERS) + 1
        wrong = rng.binomial(sizes, np.minimum(rates, MOST_DOUBT))
        evidence = evidence_of(sizes, wrong, _moments(sizes, wrong))
        held += bound_of(evidence).upper >= ACCURACY_TARGET
    share = held / rounds
    return Figure(
        f"bound holds, writers drawn anew, spread of writers {spread:g}",
        f"{rounds} samples",
        f"{share:.1%} (synthetic)",
        ">= 95 %",
        share >= CONFIDENCE,
    )


def evidence_of(sizes: NDArray[np.int64], wrong: NDArray[np.int64], spread: float) -> Evidence:
    """What counts by writer say, all weights equal."""
    n = int(sizes.sum())
    return Evidence(
        n=n,
        wrong=int(wrong.sum()),
        writers=int((sizes > 0).sum()),
        share=float(wrong.sum() / max(n, 1)),
        equal=float(n),
        per_writer=float((sizes.astype(float) ** 2).sum() / max(n, 1)),
        spread=spread,
    )


def draw_readings(
    rng: Generator, scores: Scores, writers: int, readings: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Probability as said, true probability of being wrong, and writer, of invented readings."""
    n = writers * readings
    who = np.repeat(np.arange(writers), readings)
    sharp = rng.random(n) < scores.sure
    doubt = np.minimum(rng.exponential(np.where(sharp, scores.sharp, scores.loose)), MOST_DOUBT)
    hand = writers_rates(rng, 1.0, 1.0, writers)[who]  # whoever writes badly is misread more often
    return 1.0 - doubt, np.minimum(doubt * hand * scores.optimism, MOST_DOUBT), who


def _thresholds(rng: Generator, rounds: int, scores: Scores) -> Figure:
    """The share accepted at the proven threshold, and how often the proof was false."""
    everybody = draw_readings(rng, scores, MANY_WRITERS, 10)
    accepted, false, none = [], 0, 0
    for _ in range(rounds):
        p, rate, who = draw_readings(rng, scores, WRITERS * 2, READINGS)
        wrong = rng.random(len(rate)) < rate
        proven = prove([(at, _evidence_at(p, wrong, who, at)) for at in GRID], ACCURACY_TARGET)
        kept = everybody[0] >= (proven.least if proven else NEVER)
        accepted.append(float(kept.mean()))
        none += proven is None
        false += bool(kept.any() and everybody[1][kept].mean() > ACCURACY_TARGET)
    held = 1.0 - false / rounds
    return Figure(
        f"{scores.name}: accepted at the target, target then held",
        f"{rounds} x {WRITERS * 2 * READINGS:,}",
        f"{np.mean(accepted):.1%} / {held:.1%} ({none} proved none)",
        "held >= 95 %",
        held >= CONFIDENCE,
    )


def _evidence_at(
    p: NDArray[np.float64], wrong: NDArray[np.bool_], who: NDArray[np.int64], least: float
) -> Evidence:
    writers = int(who.max()) + 1
    all_sizes = np.bincount(who, minlength=writers)
    all_wrong = np.bincount(who, weights=wrong, minlength=writers).astype(np.int64)
    kept = p >= least
    sizes = np.bincount(who[kept], minlength=writers)
    bad = np.bincount(who[kept], weights=wrong[kept], minlength=writers).astype(np.int64)
    return evidence_of(sizes, bad, _moments(all_sizes, all_wrong))


def _moments(sizes: NDArray[np.int64], wrong: NDArray[np.int64]) -> float:
    """`spread_of` on counts; `tests/reading/test_trust_bound.py` holds the two together."""
    if wrong.sum() < LEAST_ERRORS:
        return PRIOR_SPREAD
    pairs = float((sizes * (sizes - 1)).sum())
    mean = wrong.sum() / sizes.sum()
    return max(float((wrong * (wrong - 1)).sum()) / pairs / float(mean) ** 2 - 1.0, 0.0)


def _shares(rng: Generator, rate: float, sheets: int) -> NDArray[np.float64]:
    """Share wrong among the drawn fields of each sheet; errors come in sheets, too."""
    rates = writers_rates(rng, rate, 4.0, sheets)
    return np.asarray(rng.binomial(DRAWN_A_SHEET, np.minimum(rates, MOST_DOUBT)) / DRAWN_A_SHEET)


def _false_alarms(rng: Generator, rounds: int, times: float) -> Figure:
    """Alarms within a year of an office whose machine is as good as the target, or better."""
    years = (_shares(rng, ACCURACY_TARGET * times, SHEETS_A_YEAR) for _ in range(rounds))
    alarms = sum(_first_alarm(year, DriftWatch(ACCURACY_TARGET)) is not None for year in years)
    return Figure(
        f"false alarms in a year, machine at {times:g} times the target",
        f"{rounds} years",
        f"{alarms / rounds:.1%} of years ({SHEETS_A_YEAR} sheets each)",
    )


def _delay(rng: Generator, rounds: int, times: float) -> Figure:
    """Checked readings until a machine that was good for a year, and then is not, is found out."""
    delays = []
    for _ in range(rounds):
        watch = DriftWatch(ACCURACY_TARGET)
        for share in _shares(rng, ACCURACY_TARGET / 2, SHEETS_A_YEAR):
            watch.see(share)
        bad = _shares(rng, ACCURACY_TARGET * times, MOST_SHEETS)
        delays.append(_first_alarm(bad, watch) or MOST_SHEETS)
    middle, late = np.quantile(delays, (0.5, 0.95)) * DRAWN_A_SHEET
    return Figure(
        f"{times:g} times the target: checked readings until tightened",
        f"{rounds} drifts",
        f"p50 {middle:,.0f} / p95 {late:,.0f}",
        f"= {middle / SAMPLE_SHARE:,.0f} accepted",
    )


def _first_alarm(shares: NDArray[np.float64], watch: DriftWatch) -> int | None:
    """Sheets seen until the test alarms."""
    for number, share in enumerate(shares, start=1):
        if is_alarm(watch.see(share)):
            return number
    return None


def _nist_spread() -> Iterator[Figure]:
    """How much real writers differ: the digits net on NIST's writers that trained nothing."""
    if not SHARED.is_dir():
        sys.stdout.write("spread of writers: the folder shared/data is not beside the checkout.\n")
        return
    from cpims_scan.reading.characters import read_characters
    from cpims_scan.reading.ink import own_ink
    from training import data
    from training.characters import Source, character_cell

    rng = np.random.default_rng(SEED)
    checked = []
    glyphs = data.load_glyphs(SHARED, data.DIGITS_FILE, "test")
    for writer in np.unique(glyphs.writers):
        mine = np.flatnonzero(glyphs.writers == writer)
        one = data.Glyphs(
            [glyphs.images[i] for i in mine], glyphs.labels[mine], glyphs.writers[mine]
        )
        made = [character_cell(Source([one]), rng, False, False) for _ in range(len(mine))]
        found = read_characters([own_ink(cell) for cell, _ in made], "digits")
        checked += [
            Checked(d[0][1] if d else 0.0, not d or d[0][0] != truth, str(writer))
            for d, (_, truth) in zip(found, made, strict=True)
        ]
    wrong = sum(c.is_wrong for c in checked)
    writers = len({c.writer for c in checked})
    yield Figure(
        "spread of writers (NIST digits, writers kept back)",
        f"{len(checked):,} of {writers}",
        f"{spread_of(checked):.2f} ({wrong} wrong)",
    )


if __name__ == "__main__":
    main()
