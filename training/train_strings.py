"""Train the reader of numbers and dates: `python -m training.train_strings --data FOLDER`."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from numpy.random import Generator
from torch import nn

from cpims_scan.domain.paper import Pixels
from cpims_scan.reading.ink import own_ink
from cpims_scan.reading.strings import ALPHABET, LINE_HEIGHT, line_picture, search
from training import data, fit
from training.compose import string_cell
from training.nets import LineNet
from training.writers import Cases

SEED = 20150801
BATCH = 64
# A chunk of fresh strings is seen this often before the next chunk is composed.
CHUNK = 6400
TIMES_SEEN = 3
CALM_PART = 4
# Lines that nobody can read any more do not decide how sure the reader is of the others.
WORST_COUNTED = 6.0
HELD_OUT = 3000

Sample = tuple[Pixels, str]


def main() -> None:
    """Train, calibrate on other writers, test on third ones, write weights and facts."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True, help="folder with handwriting/")
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--peak", type=float, default=fit.PEAK_RATE, help="greatest rate")
    parser.add_argument("--start", type=Path, help="a state that fit() kept, to go on from")
    parser.add_argument("--round", type=int, default=0, help="number of rounds before this one")
    options = parser.parse_args()
    started = time.monotonic()
    torch.manual_seed(SEED)
    net: nn.Module = LineNet(len(ALPHABET) + 1)
    if options.start:
        net.load_state_dict(torch.load(options.start))
    # Clean paper first, so that the alignment is found before it is made hard.
    calm = 0 if options.start else options.steps // CALM_PART
    feed = Feed(cases(options.data, "train"), SEED + options.round, calm)
    net = fit.fit(net, feed, options.steps, "strings", options.peak)
    calibration = compose(
        cases(options.data, "calibrate"), np.random.default_rng(SEED + 1), HELD_OUT
    )
    test = compose(cases(options.data, "test"), np.random.default_rng(SEED + 2), HELD_OUT)
    heat = _temperature(net, calibration)
    example = torch.zeros(2, 1, LINE_HEIGHT, 64)
    file = fit.export(net, "strings", {"lines": (example, {0: "n", 3: "width"})})
    right = exact(net, test, heat)
    fit.record(file, {
        "temperature": heat,
        "licence": "NIST Special Database 19 (public domain); this project's own strokes",
        "split": "writer number % 10: 0-7 train, 8 calibrate, 9 test",
        "seed": SEED,
        "steps": options.steps,
        "rounds_before": options.round,
        "data": {n: data.digest(options.data / n) for n in (data.DIGITS_FILE, data.CAPITALS_FILE)},
        "held_out": {"composed strings, writers not trained on": f"{right} of {len(test)} exact"},
    })  # fmt: skip
    print(f"strings: {right}/{len(test)} exact, T {heat}, {time.monotonic() - started:.0f} s")


def cases(folder: Path, split: str) -> Cases:
    """The characters of one split."""
    return Cases.of(
        data.load_glyphs(folder, data.DIGITS_FILE, split),
        data.load_glyphs(folder, data.CAPITALS_FILE, split),
    )


def compose(of: Cases, rng: Generator, count: int, is_rough: bool | None = None) -> list[Sample]:
    """Compose strings and bring them to the reader's picture."""
    samples = []
    for _ in range(count):
        cell, label = string_cell(of, rng, is_rough=is_rough)
        samples.append((line_picture(own_ink(cell)), label))
    return samples


class Feed:
    """Batches of lines of like width, composed as they are needed."""

    def __init__(self, of: Cases, seed: int, calm_steps: int) -> None:
        self.cases = of
        self.calm_steps = calm_steps
        self.rng = np.random.default_rng(seed)
        self.queue: list[list[Sample]] = []
        self.loss = nn.CTCLoss(zero_infinity=True)

    def __call__(self, net: nn.Module, number: int) -> torch.Tensor:
        """CTC's loss on the next batch."""
        if not self.queue:
            self.queue = self._chunk(False if number < self.calm_steps else None)
        batch = self.queue.pop()
        pictures, targets, lengths = tensors(batch, self.rng)
        logp = net(pictures).float().log_softmax(2).transpose(0, 1)
        frames = torch.full((len(batch),), logp.shape[0], dtype=torch.long)
        return self.loss(logp, targets, frames, lengths)

    def _chunk(self, is_rough: bool | None) -> list[list[Sample]]:
        made = compose(self.cases, self.rng, CHUNK, is_rough)
        samples = sorted(made, key=lambda s: s[0].shape[1])
        batches = [samples[i : i + BATCH] for i in range(0, len(samples), BATCH)] * TIMES_SEEN
        self.rng.shuffle(batches)  # type: ignore[arg-type]
        return batches


def tensors(
    batch: list[Sample], rng: Generator | None
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:  # noqa: E501
    """Pictures padded to one width, joined targets, target lengths."""
    widest = max(line.shape[1] for line, _ in batch)
    pictures = np.zeros((len(batch), 1, LINE_HEIGHT, widest), np.float32)
    for row, (line, _) in zip(pictures, batch, strict=True):
        spare = widest - line.shape[1]
        row[0, :, : line.shape[1]] = line / np.float32(255)
        if rng is not None:  # somewhere in the padding, a pixel up or down
            by = (int(rng.integers(-1, 2)), int(rng.integers(0, spare + 1)))
            row[0] = np.roll(row[0], by, (0, 1))
    targets = [ALPHABET.index(c) + 1 for _, text in batch for c in text]
    lengths = [len(text) for _, text in batch]
    return torch.from_numpy(pictures), torch.tensor(targets), torch.tensor(lengths)


def exact(net: nn.Module, samples: list[Sample], heat: float) -> int:
    """How many strings are read exactly."""
    return sum(
        search(frames)[0][0] == text
        for frames, (_, text) in zip(_frames(net, samples, heat), samples, strict=True)
    )


def _frames(net: nn.Module, samples: list[Sample], heat: float) -> list[np.ndarray]:
    with torch.no_grad():
        return [(net(tensors([s], None)[0]) / heat).softmax(2)[0].numpy() for s in samples]


def _temperature(net: nn.Module, samples: list[Sample]) -> float:
    """The temperature at which the likelihood of the strings is greatest."""
    with torch.no_grad():
        logits = [net(tensors([s], None)[0])[0] for s in samples]
    loss = nn.CTCLoss(reduction="sum", zero_infinity=True)
    best, at = float("inf"), 1.0
    for heat in np.arange(0.6, 2.6, 0.1):
        total = 0.0
        for frames, (_, text) in zip(logits, samples, strict=True):
            logp = (frames / heat).log_softmax(1)[:, None]
            target = torch.tensor([ALPHABET.index(c) + 1 for c in text], dtype=torch.long)[None]
            nll = loss(logp, target, torch.tensor([len(frames)]), torch.tensor([len(text)]))
            total += min(float(nll), WORST_COUNTED)
        if total < best:
            best, at = total, float(heat)
    return round(at, 2)


if __name__ == "__main__":
    main()
