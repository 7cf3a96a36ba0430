"""Train the readers of comb cells: `python -m training.train_characters --data FOLDER`."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from torch import nn

from cpims_scan.domain.paper import CellImage
from cpims_scan.reading.characters import CAPITALS, DIGITS, OUTCOMES, SIDE, character_picture
from cpims_scan.reading.ink import own_ink
from training import data, fit, strokes
from training.data import Glyphs
from training.nets import CharacterNet
from training.paper import MARGIN, Canvas, cell_image, expose, ruled

SEED = 20180801
BATCH = 128
CHUNK = 12800
TIMES_SEEN = 2
HELD_OUT = 5000
VECTOR_SHARE = 0.12
NOT_A_CHARACTER = 0.1
# Share of cells on rough paper.
ROUGH_SHARE = 0.6


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


class Source:
    """Characters of one split, drawn label by label."""

    def __init__(self, outcomes: tuple[str, ...], glyphs: list[Glyphs]) -> None:
        self.outcomes = outcomes
        self.pools = [
            (g, label, np.flatnonzero(g.labels == label))
            for g in glyphs
            for label in np.unique(g.labels)
        ]

    @staticmethod
    def of(name: str, folder: Path, split: str) -> Source:
        """The characters that a network is to know."""
        kinds = [data.load_glyphs(folder, data.DIGITS_FILE, split)]
        if name == "capitals":
            kinds.append(data.load_glyphs(folder, data.CAPITALS_FILE, split))
        return Source(OUTCOMES[name], kinds)

    def draw(self, rng: Generator, is_vector_allowed: bool) -> tuple[Canvas, str]:
        """One character's strokes at some size."""
        glyphs, label, where = self.pools[int(rng.integers(len(self.pools)))]
        high = float(rng.uniform(22, 46))
        if label in DIGITS and is_vector_allowed and rng.random() < VECTOR_SHARE:
            return strokes.digit(str(label), high, rng, int(rng.integers(1000))), str(label)
        image = glyphs.images[int(rng.choice(where))]
        scale = high / max(image.shape)
        size = (max(round(image.shape[1] * scale), 2), max(round(image.shape[0] * scale), 2))
        glyph = cv2.resize(image, size, interpolation=cv2.INTER_CUBIC)
        if label == "7" and rng.random() < 0.25:
            h, w = glyph.shape
            y = h * rng.uniform(0.42, 0.6)
            path = strokes.wander((w * rng.uniform(0.05, 0.3), y), (w * rng.uniform(0.75, 1), y), rng, 0.05)
            strokes.draw(glyph, path, max(round(high * 0.09), 1))
        return glyph, str(label)


def character_cell(source: Source, rng: Generator, is_training: bool = True, is_rough: bool | None = None) -> tuple[CellImage, str]:
    """One comb cell and what stands in it."""
    kind = rng.random()
    if kind < NOT_A_CHARACTER:
        label = "" if kind < NOT_A_CHARACTER * 0.6 else "-"
        glyph = np.zeros((30, 24), np.uint8)
        if label:
            wide = float(rng.uniform(8, 26))
            y = float(rng.uniform(10, 20))
            path = strokes.wander((3, y), (wide - 4, y + rng.normal(0, 1.5)), rng, 0.04)
            strokes.draw(glyph, path, int(rng.integers(1, 5)))
    else:
        glyph, label = _bent(*source.draw(rng, is_training), rng)
    box, pen = _placed(glyph, rng)
    rough = bool(rng.random() < ROUGH_SHARE) if is_rough is None else is_rough
    if rough and rng.random() < 0.3:
        _neighbour(pen, box, source, rng)
    printed = ruled(pen.shape, box, rng, hint=False)
    ink = expose(pen, printed, rng, rough)
    return cell_image(ink, printed, box, "comb"), label


def _bent(glyph: Canvas, label: str, rng: Generator) -> tuple[Canvas, str]:
    """Slant, turn, squeeze and stroke width."""
    h, w = glyph.shape
    side = int(1.5 * max(h, w)) + 6
    turn, shear, squeeze = np.deg2rad(rng.normal(0, 5)), rng.normal(0, 0.16), rng.uniform(0.8, 1.2)
    c, s = np.cos(turn), np.sin(turn)
    linear = np.array([[c, -s], [s, c]]) @ np.array([[squeeze, shear], [0, 1]])
    shift = np.array([side / 2, side / 2]) - linear @ np.array([w / 2, h / 2])
    warp = np.column_stack([linear, shift]).astype(np.float32)
    bent = cv2.warpAffine(glyph, warp, (side, side), flags=cv2.INTER_LINEAR)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
    kind = rng.random()
    if kind < 0.2:
        bent = cv2.dilate(bent, kernel)
    elif kind < 0.3 and h > 34:
        bent = cv2.erode(bent, kernel)
    steep = rng.uniform(1.2, 4)
    bent = np.clip((bent.astype(np.float32) - 100) * steep + 100, 0, 255).astype(np.uint8)
    ys, xs = np.nonzero(bent > 60)
    if len(xs) == 0:
        return glyph, label
    return bent[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1], label


def _placed(glyph: Canvas, rng: Generator) -> tuple[tuple[int, int, int, int], Canvas]:
    h, w = glyph.shape
    width, height = int(max(w * rng.uniform(1.05, 1.8), 32)), int(max(h * rng.uniform(1.05, 1.7), 38))
    pen = np.zeros((height + 2 * MARGIN, width + 2 * MARGIN), np.uint8)
    x = max(MARGIN + int(rng.uniform(-0.05 * w, width - w + 0.05 * w)), 0)
    y = max(MARGIN + int(rng.uniform(-0.05 * h, height - h + 0.05 * h)), 0)
    part = pen[y : y + h, x : x + w]
    np.maximum(part, glyph[: part.shape[0], : part.shape[1]], out=part)
    return (MARGIN, MARGIN, width, height), pen


def _neighbour(pen: Canvas, box: tuple[int, int, int, int], source: Source, rng: Generator) -> None:
    """The next cell's character reaches over the line."""
    left, top, width, _ = box
    glyph, _ = source.draw(rng, True)
    h, w = glyph.shape
    inside = int(w * rng.uniform(-0.3, 0.25))
    x = left - w + inside if rng.random() < 0.5 else left + width - inside
    y = top + int(rng.integers(-4, 8))
    x0, x1 = max(x, 0), min(x + w, pen.shape[1])
    part = pen[y : y + h, x0:x1]
    if x1 > x0:
        np.maximum(part, glyph[: part.shape[0], x0 - x : x1 - x], out=part)


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
        return self.loss(net(pictures_), truth_)


def sample(name: str, source: Source, rng: Generator, count: int, is_training: bool) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:  # noqa: E501
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
