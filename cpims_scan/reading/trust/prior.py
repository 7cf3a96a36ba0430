"""The thresholds that ship: what drawn sheets prove, until an office checks its own paper."""

from __future__ import annotations

import functools
import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cpims_scan.domain.trust import NEVER, Bound, FieldClass, Thresholds
from cpims_scan.errors import ReadingError
from cpims_scan.reading.trust.bound import Evidence, bound_of
from cpims_scan.reading.trust.thresholds import prove
from cpims_scan.settings import ACCURACY_TARGET

FILE = Path(__file__).parents[2] / "weights" / "trust.toml"
WEIGHTS = FILE.with_name("weights.toml")  # holds the sha256 of every network
DIGEST_LENGTH = 12
# Drawn sheets are not an office's paper: they must prove half of what is allowed.
SAFETY_FACTOR = 2.0
# Drawn sheets make no threshold looser than judged, and where they hold too few of a class to prove
# anything, judgement stands alone (and the report says so): none was wrong of
# 1,577 numbers and 103 marks accepted on 28 sheets of the simulator's test seeds (Nov 2026); a
# telephone or an ID that is wrong by a digit points to another person; an empty cell that is
# none loses what somebody wrote, and nobody would look again.
JUDGED = {
    FieldClass.BLANK: 0.99,
    FieldClass.MARK: 0.98,
    FieldClass.NUMBER: 0.985,
    FieldClass.SUMMED: 0.985,
    FieldClass.DATE: 0.99,
    FieldClass.CODE: 0.985,
    FieldClass.WORD: 0.985,
    FieldClass.TEXT: 0.985,
    FieldClass.INK: 0.95,
    FieldClass.PRINT: 0.985,
}
# However well blanks are told, this much is asked: nobody looks at an accepted blank again.
LOOSEST_BLANK = 0.99


@dataclass(frozen=True, slots=True)
class Prior:
    """
    One class's threshold as it ships.

    Attributes:
        is_proven: Whether drawn sheets prove it, `SAFETY_FACTOR` included; else it is judgement.
        bound: On what it keeps of drawn sheets; synthetic, and with its n.
        evidence: Steps of the grid, for the reliability diagram.
    """

    least: float
    is_proven: bool
    bound: Bound
    evidence: tuple[tuple[float, Evidence], ...] = ()


def loosest(name: FieldClass) -> float:
    """No sample loosens a class beyond this."""
    return LOOSEST_BLANK if name is FieldClass.BLANK else 0.0


def shipped_thresholds(target: float = ACCURACY_TARGET) -> Thresholds:
    """Thresholds for a stated accuracy, before an office has checked anything of its own."""
    return Thresholds({name: prior.least for name, prior in priors(target).items()})


@functools.lru_cache(maxsize=8)
def priors(target: float = ACCURACY_TARGET) -> dict[FieldClass, Prior]:
    """
    Every class's prior for a target.

    Judgement speaks only up to the accuracy it was made for: whoever asks for more than the
    default sees every field of a class that drawn sheets do not prove.
    """
    steps = _steps()
    return {name: _prior(name, steps.get(name, ()), target) for name in FieldClass}


def _prior(name: FieldClass, steps: tuple[tuple[float, Evidence], ...], target: float) -> Prior:
    allowed = [step for step in steps if step[0] >= JUDGED[name]]
    proven = prove(allowed, target / SAFETY_FACTOR)
    if proven is not None:
        return Prior(proven.least, True, proven.bound, steps)
    least = JUDGED[name] if target >= ACCURACY_TARGET else NEVER
    kept = [evidence for step, evidence in steps if step >= least]
    bound = bound_of(kept[-1]) if kept else Bound(0, 0, 0, 0.0, 1.0)
    return Prior(least, False, bound, steps)


@functools.cache
def machine() -> str:
    """
    Name the machine: the digest of all weights.

    What was proven of one machine says nothing of the next: other weights begin again.
    """
    return hashlib.sha256(WEIGHTS.read_bytes()).hexdigest()[:DIGEST_LENGTH]


@functools.cache
def _steps() -> dict[FieldClass, tuple[tuple[float, Evidence], ...]]:
    if not FILE.is_file():
        raise ReadingError(
            f"{FILE}: what proves the shipped thresholds is missing. Install the package again."
        )
    facts = tomllib.loads(FILE.read_text(encoding="utf-8"))
    if facts.get("machine") != machine():
        return {}
    return {FieldClass(name): _evidence(rows) for name, rows in facts["classes"].items()}


def _evidence(facts: dict[str, Any]) -> tuple[tuple[float, Evidence], ...]:
    return tuple(
        (
            step["least"],
            Evidence(
                n=step["n"],
                wrong=step["wrong"],
                writers=step["writers"],
                share=step["wrong"] / max(step["n"], 1),
                equal=float(step["n"]),
                per_writer=step["per_writer"],
                spread=facts["spread"],
            ),
        )
        for step in facts["steps"]
    )
