"""The shapes of the networks: small enough for a page in a few milliseconds on one core."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def _block(inside: int, outside: int, kernel: int = 3, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inside, outside, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(outside),
        nn.ReLU(inplace=True),
    )


class LineNet(nn.Module):
    """
    A line of 32 pixels to CTC's logits, one frame for two pixels.

    Convolutions alone: a line's first frames do not wait for its last, and ONNX Runtime runs
    them faster than a recurrent layer. Input (n, 1, 32, w), output (n, w / 2, classes).
    """

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.classes = classes
        self.picture = nn.Sequential(
            _block(1, 16),
            nn.MaxPool2d(2),  # 16 x w/2
            _block(16, 32),
            nn.MaxPool2d((2, 1)),  # 8 x w/2
            _block(32, 64),
            nn.MaxPool2d(2),  # 4 x w/4
            _block(64, 96),
            nn.MaxPool2d((2, 1)),  # 2 x w/4
        )
        self.line = nn.Sequential(
            nn.Conv1d(192, 128, 3, padding=1, bias=False), nn.BatchNorm1d(128), nn.ReLU(),
            nn.Dropout(0.1),
            nn.Conv1d(128, 128, 3, padding=1, bias=False), nn.BatchNorm1d(128), nn.ReLU(),
            nn.Dropout(0.1),
            nn.Conv1d(128, 2 * classes, 3, padding=1),
        )  # fmt: skip

    def forward(self, pictures: Tensor) -> Tensor:
        """Logits of every frame."""
        deep = self.picture(pictures)
        n, c, h, w = deep.shape
        # Two frames from each place: two narrow ones side by side have room for the blank between.
        frames = self.line(deep.reshape(n, c * h, w)).transpose(1, 2)
        return frames.reshape(n, 2 * w, self.classes)


class CharacterNet(nn.Module):
    """A picture of 28 x 28 to one character's logits."""

    def __init__(self, classes: int, width: int = 24) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            _block(1, width), nn.MaxPool2d(2),  # 14
            _block(width, 2 * width), nn.MaxPool2d(2),  # 7
            _block(2 * width, 3 * width), nn.MaxPool2d(2),  # 3
            nn.Flatten(), nn.Dropout(0.3),
            nn.Linear(27 * width, 64), nn.ReLU(), nn.Dropout(0.2),
            nn.Linear(64, classes),
        )  # fmt: skip

    def forward(self, pictures: Tensor) -> Tensor:
        """Logits (n, classes)."""
        return self.layers(pictures)


class MarkNet(nn.Module):
    """
    An option's picture and two facts about its neighbours to empty, marked, cancelled.

    Input (n, 3, 32, w) of ink, print and box, and (n, 2) of how its ink compares.
    """

    def __init__(self, wide: int, width: int = 12) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            _block(3, width), nn.MaxPool2d(2),
            _block(width, 2 * width), nn.MaxPool2d(2),
            _block(2 * width, 2 * width), nn.MaxPool2d(2),
            nn.Flatten(), nn.Dropout(0.2),
        )  # fmt: skip
        self.last = nn.Sequential(
            nn.Linear(2 * width * 4 * (wide // 8) + 2, 32), nn.ReLU(), nn.Linear(32, 3)
        )

    def forward(self, pictures: Tensor, facts: Tensor) -> Tensor:
        """Logits (n, 3)."""
        return self.last(torch.cat([self.layers(pictures), facts], 1))
