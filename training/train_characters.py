"""Train the readers of comb cells: `python -m training.train_characters --data FOLDER`."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from torch import nn

from cpims_scan.reading.characters import CAPITALS, DIGITS, OUTCOMES, SIDE, character_picture
from cpims_scan.reading.ink import own_ink
from training import data, fit
from training.characters import Source, character_cell
from training.nets import CharacterNet

SEED = 20180801
BATCH = 128
CHUNK = 12800
TIMES_SEEN = 2
HELD_OUT = 5000


def main() -> None:
    """Train both networks, calibrate and test on what was kept back, write weights and facts."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True, help="folder with handwriting/")
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--only", choices=["digits", "capitals"])
    options = parser.parse_args()
    for name in [options.only] if options.only else ["digits", "capitals"]:
        _one(name, options.data, options.steps)


def _one(name: str, folder: Path, steps: int) -> None:
    started = time.monotonic()
    torch.manual_seed(SEED)
    net = CharacterNet(len(OUTCOMES[name]), 24 if name == "digits" else 32)
    fit.fit(net, Feed(name, Source.of(name, folder, "train")), steps, name)
    heat, _, _ = _judge(net, name, Source.of(name, folder, "calibrate"), None)
    _, right, count = _judge(net, name, Source.of(name, folder, "test"), heat)
    example = torch.zeros(2, 1, SIDE, SIDE)
    file = fit.export(net, name, {"pictures": (example, {0: "n"})})
    writers = "writers not trained on" if name == "digits" else "samples not trained on"
    fit.record(file, {
        "temperature": heat,
        "licence": "NIST Special Database 19 (public domain / CC0); this project's own strokes",
        "split": "writer (capitals: shuffled index) number % 10: 0-7 train, 8 calibrate, 9 test",
        "seed": SEED,
        "steps": steps,
        "data": {n: data.digest(folder / n) for n in (data.DIGITS_FILE, data.CAPITALS_FILE)},
        "held_out": {f"cells, {writers}": f"{right} of {count} right"},
    })  # fmt: skip
    print(f"{name}: {right}/{count}, T {heat}, {time.monotonic() - started:.0f} s", flush=True)


class Feed:
    """Batches of characters, made as they are needed."""

    def __init__(self, name: str, source: Source) -> None:
        self.name, self.source = name, source
        self.rng = np.random.default_rng(SEED)
        self.queue: list[tuple[torch.Tensor, torch.Tensor]] = []
        self.loss = nn.CrossEntropyLoss(label_smoothing=0.02)

    def __call__(self, net: nn.Module, number: int) -> torch.Tensor:
        """Cross entropy of the next batch."""
        if not self.queue:
            pictures, truth = sample(self.name, self.source, self.rng, CHUNK, True)
            for _ in range(TIMES_SEEN):
                order = self.rng.permutation(CHUNK)
                for i in range(0, CHUNK, BATCH):
                    part = order[i : i + BATCH]
                    self.queue.append((_tensor(pictures[part]), torch.from_numpy(truth[part])))
        pictures_, truth_ = self.queue.pop()
        return self.loss(net(pictures_).float(), truth_)


def sample(
    name: str, source: Source, rng: Generator, count: int, is_training: bool
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:  # noqa: E501
    """Pictures (n, 28, 28) and the number of each one's outcome."""
    made = [character_cell(source, rng, is_training) for _ in range(count)]
    pictures = np.stack([character_picture(own_ink(cell)) for cell, _ in made])
    return pictures, np.array([OUTCOMES[name].index(label) for _, label in made])


def _tensor(pictures: NDArray[np.uint8]) -> torch.Tensor:
    return torch.from_numpy(pictures[:, None].astype(np.float32) / 255)


def _judge(net: nn.Module, name: str, source: Source, heat: float | None) -> tuple[float, int, int]:
    """Temperature (when not given), and how many are right among the field's own alphabet."""
    rng = np.random.default_rng(SEED + (1 if heat is None else 2))
    pictures, truth = sample(name, source, rng, HELD_OUT, False)
    with torch.no_grad():
        logits = net(_tensor(pictures)).numpy()
    outcomes = OUTCOMES[name]
    allowed = DIGITS if name == "digits" else CAPITALS
    closed = np.array([o not in allowed and o not in ("-", "") for o in outcomes])
    asked = ~closed[truth]
    logits[:, closed] = -1e9
    heat = heat or fit.temperature(logits[asked], truth[asked])
    return heat, int((logits.argmax(1) == truth)[asked].sum()), int(asked.sum())


if __name__ == "__main__":
    main()
