"""The only door to ONNX Runtime: weights are checked by digest before they read anything."""

from __future__ import annotations

import functools
import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from cpims_scan.errors import ReadingError

Floats = NDArray[np.float32]

WEIGHTS = Path(__file__).parents[1] / "weights"
# A worker's digest in a reading: long enough to name the weights, short enough to store a cell.
DIGEST_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Network:
    """
    One network, ready to run on one core.

    Attributes:
        name: File name without its ending.
        digest: First characters of the file's sha256.
        facts: What weights.toml says about it: alphabet, temperature, measured errors.
        session: ONNX Runtime's session.
    """

    name: str
    digest: str
    facts: dict[str, Any]
    session: onnxruntime.InferenceSession

    @property
    def temperature(self) -> float:
        """What the logits are divided by, fitted on writers that were not trained on."""
        return float(self.facts["temperature"])

    def run(self, *inputs: Floats) -> Floats:
        """Logits of one batch."""
        names = [item.name for item in self.session.get_inputs()]
        return np.asarray(self.session.run(None, dict(zip(names, inputs, strict=True)))[0])


@functools.cache
def network(name: str, folder: Path = WEIGHTS) -> Network:
    """
    Load a network once a process.

    Raises:
        ReadingError: The file is missing, unknown or not the one that weights.toml describes.
    """
    file = folder / f"{name}.onnx"
    facts = _facts(folder).get(name)
    if facts is None or not file.is_file():
        raise ReadingError(
            f"{file}: the weights are missing or not named in weights.toml. "
            "Install the package again, or train them with training/."
        )
    content = file.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if digest != facts["sha256"]:
        raise ReadingError(
            f"{file}: the weights are not the ones that weights.toml describes "
            f"(sha256 {digest[:DIGEST_LENGTH]}). Install the package again."
        )
    return Network(name, digest[:DIGEST_LENGTH], facts, _session(content))


def check_weights(folder: Path = WEIGHTS) -> None:
    """
    Load every network once, to see that all are there and whole.

    Raises:
        ReadingError: One is missing or not the one that weights.toml describes.
    """
    for name, facts in _facts(folder).items():
        if isinstance(facts, dict) and "sha256" in facts:
            network(name, folder)


def softmax(logits: Floats, temperature: float) -> Floats:
    """Probabilities over the last axis."""
    scaled = logits / np.float32(temperature)
    scaled = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return np.asarray(scaled / scaled.sum(axis=-1, keepdims=True))


def _facts(folder: Path) -> dict[str, Any]:
    file = folder / "weights.toml"
    if not file.is_file():
        raise ReadingError(f"{file} is missing. Install the package again.")
    with file.open("rb") as stream:
        return tomllib.load(stream)


def _session(content: bytes) -> onnxruntime.InferenceSession:
    onnxruntime.disable_telemetry_events()  # nothing leaves the machine
    options = onnxruntime.SessionOptions()
    # One thread a worker: the pool already uses every core.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
