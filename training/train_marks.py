"""Train the readers of choices and tick squares: `python -m training.train_marks --data FOLDER`."""

from __future__ import annotations

import argparse
import hashlib
import time
from pathlib import Path

import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from torch import nn

from cpims_scan.domain.paper import CellImage
from cpims_scan.reading.marks import (
    PICTURE_HEIGHT,
    PICTURE_WIDTH,
    READERS,
    comparison,
    field_gain,
    option_picture,
)
from training import data, fit
from training.data import Glyphs
from training.nets import MarkNet
from training.odk import load_marks
from training.ticks import choice_field, square_field

SEED = 20200605
BATCH = 128
CHUNK = 6400
TIMES_SEEN = 2
HELD_OUT = 6000
# Of every batch of squares this share are real crops, turned and mirrored.
ODK_SHARE = 0.15

Samples = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int64]]


def main() -> None:
    """Train both networks, calibrate and test on other seeds and photos, write the weights."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True, help="folder with handwriting/, marks/")
    parser.add_argument("--steps", type=int, default=2500)
    parser.add_argument("--only", choices=["cells", "squares"])
    options = parser.parse_args()
    for reader in [options.only] if options.only else ["cells", "squares"]:
        _one(reader, options.data, options.steps)


def _one(reader: str, folder: Path, steps: int) -> None:
    started = time.monotonic()
    torch.manual_seed(SEED)
    net = MarkNet(PICTURE_WIDTH[reader])
    digits = {
        s: data.load_glyphs(folder, data.DIGITS_FILE, s) for s in ("train", "calibrate", "test")
    }
    odk = load_marks(folder) if reader == "squares" else []
    real = {
        kept: _stacked([(c, t) for c, t, is_test in odk if is_test == kept])
        for kept in (False, True)
    }
    fit.fit(
        net, Feed(reader, digits["train"], real[False] if odk else None), steps, READERS[reader]
    )
    calibration = sample(reader, digits["calibrate"], np.random.default_rng(SEED + 1), HELD_OUT)
    test = sample(reader, digits["test"], np.random.default_rng(SEED + 2), HELD_OUT)
    heat = fit.temperature(_logits(net, calibration), calibration[2])
    wide = PICTURE_WIDTH[reader]
    file = fit.export(net, READERS[reader], {
        "pictures": (torch.zeros(2, 3, PICTURE_HEIGHT, wide), {0: "n"}),
        "facts": (torch.zeros(2, 2), {0: "n"}),
    })  # fmt: skip
    held_out = {"generated options, other seeds": _score(net, test)}
    licence = "this project's own strokes; digits of NIST Special Database 19 (public domain)"
    if odk:
        held_out["ODK crops, photos not trained on"] = _score(net, real[True])
        licence += "; ODK Scan training examples (Apache-2.0)"
    fit.record(file, {
        "temperature": heat, "licence": licence, "seed": SEED, "steps": steps,
        "split": "generated: other seeds; ODK: by source photo, 3 of 10 kept back",
        "data": _digests(folder, bool(odk)),
        "held_out": held_out,
    })  # fmt: skip
    print(f"{reader}: {held_out}, T {heat}, {time.monotonic() - started:.0f} s", flush=True)


def sample(reader: str, digits: Glyphs, rng: Generator, count: int) -> Samples:
    """Options of generated fields, each beside its siblings."""
    make = square_field if reader == "squares" else choice_field
    pictures, facts, truth = [], [], []
    while len(truth) < count:
        options, answers = make(rng, digits)
        gain = field_gain(options)
        pictures += [option_picture(option, gain) for option in options]
        facts += list(comparison(options))
        truth += answers
    return np.stack(pictures[:count]), np.stack(facts[:count]), np.array(truth[:count])


class Feed:
    """Batches of options, made as they are needed."""

    def __init__(self, reader: str, digits: Glyphs, real: Samples | None) -> None:
        self.reader, self.digits, self.real = reader, digits, real
        self.rng = np.random.default_rng(SEED)
        self.queue: list[Samples] = []
        self.loss = nn.CrossEntropyLoss(label_smoothing=0.01)

    def __call__(self, net: nn.Module, number: int) -> torch.Tensor:
        """Cross entropy of the next batch."""
        if not self.queue:
            made = sample(self.reader, self.digits, self.rng, CHUNK)
            for _ in range(TIMES_SEEN):
                order = self.rng.permutation(CHUNK)
                for i in range(0, CHUNK, BATCH):
                    part = order[i : i + BATCH]
                    self.queue.append((made[0][part], made[1][part], made[2][part]))
        pictures, facts, truth = self.queue.pop()
        if self.real is not None:
            pictures, facts, truth = self._with_real(pictures.copy(), facts.copy(), truth.copy())
        return self.loss(
            net(torch.from_numpy(pictures), torch.from_numpy(facts)).float(),
            torch.from_numpy(truth),
        )

    def _with_real(
        self, pictures: NDArray[np.float32], facts: NDArray[np.float32], truth: NDArray[np.int64]
    ) -> Samples:  # noqa: E501
        real = self.real
        if real is None:
            return pictures, facts, truth
        count = int(len(truth) * ODK_SHARE)
        # Half empty, half marked: there are few empties among the photos.
        classes = [np.flatnonzero(real[2] == c) for c in (0, 1)]
        for i in range(count):
            j = int(self.rng.choice(classes[i % 2]))
            picture = np.rot90(real[0][j], int(self.rng.integers(4)), (1, 2))
            pictures[i] = picture[:, :, ::-1] if self.rng.random() < 0.5 else picture
            facts[i], truth[i] = real[1][j], real[2][j]
        return pictures, facts, truth


def _stacked(cells: list[tuple[CellImage, int]]) -> Samples:
    """Real crops alone: without siblings to compare with."""
    if not cells:
        return (
            np.zeros((0, 3, 32, 32), np.float32),
            np.zeros((0, 2), np.float32),
            np.zeros(0, np.int64),
        )
    pictures = [option_picture(cell, field_gain([cell])) for cell, _ in cells]
    facts = [comparison([cell])[0] for cell, _ in cells]
    return np.stack(pictures), np.stack(facts), np.array([t for _, t in cells])


def _logits(net: nn.Module, samples: Samples) -> NDArray[np.float32]:
    with torch.no_grad():
        return np.asarray(net(torch.from_numpy(samples[0]), torch.from_numpy(samples[1])).numpy())


def _score(net: nn.Module, samples: Samples) -> str:
    """Right of all, class by class."""
    best = _logits(net, samples).argmax(1)
    parts = []
    for i, name in enumerate(("empty", "marked", "cancelled")):
        of = samples[2] == i
        if of.any():
            parts.append(f"{name} {int((best[of] == i).sum())} of {int(of.sum())}")
    return ", ".join(parts)


def _digests(folder: Path, has_photos: bool) -> dict[str, str]:
    found = {data.DIGITS_FILE: data.digest(folder / data.DIGITS_FILE)}
    if has_photos:
        every = hashlib.sha256()
        for file in sorted((folder / "marks").rglob("*.jpg")):
            every.update(file.read_bytes())
        found["marks/ (all pictures, in order of their names)"] = every.hexdigest()
    return found


if __name__ == "__main__":
    main()
