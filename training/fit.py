"""The loop that every network is trained with, the temperature, and how weights are written."""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

WEIGHTS = Path(__file__).parents[1] / "cpims_scan" / "weights"
PEAK_RATE = 3e-3
WEIGHT_DECAY = 1e-4

Step = Callable[[nn.Module, int], torch.Tensor]


def fit(net: nn.Module, step: Step, steps: int, name: str, peak: float = PEAK_RATE) -> nn.Module:
    """Minimise `step(net, number)` with AdamW and a one-cycle rate up to `peak`."""
    torch.set_num_threads(1)
    net = net.to(memory_format=torch.channels_last)
    best = torch.optim.AdamW(net.parameters(), peak, weight_decay=WEIGHT_DECAY)
    rate = torch.optim.lr_scheduler.OneCycleLR(best, peak, total_steps=steps, pct_start=0.1)
    net.train()
    recent: list[float] = []
    for number in range(steps):
        with torch.autocast("cpu", dtype=torch.bfloat16):  # twice as fast where the core can
            loss = step(net, number)
        best.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 3.0)
        best.step()
        rate.step()
        recent.append(float(loss.detach()))
        if (number + 1) % max(steps // 20, 1) == 0:
            print(f"{name}: step {number + 1}/{steps}, loss {np.mean(recent):.4f}", flush=True)
            recent.clear()
    torch.save(net.state_dict(), Path(tempfile.gettempdir()) / f"{name}.pt")
    return net.to(memory_format=torch.contiguous_format).eval()


def temperature(logits: NDArray[np.float32], truth: NDArray[np.int64]) -> float:
    """What the logits are divided by so that their likelihood on held-out samples is greatest."""
    best, at = np.inf, 1.0
    for t in np.arange(0.5, 3.01, 0.05):
        scaled = logits / t
        scaled = scaled - scaled.max(1, keepdims=True)
        nll = np.log(np.exp(scaled).sum(1)) - scaled[np.arange(len(truth)), truth]
        if nll.mean() < best:
            best, at = float(nll.mean()), float(t)
    return at


def export(
    net: nn.Module, name: str, inputs: dict[str, tuple[torch.Tensor, dict[int, str]]]
) -> Path:  # noqa: E501
    """Write a network as ONNX with free batch (and width)."""
    file = WEIGHTS / f"{name}.onnx"
    WEIGHTS.mkdir(exist_ok=True)
    torch.onnx.export(
        net,
        tuple(tensor for tensor, _ in inputs.values()),
        str(file),
        input_names=list(inputs),
        output_names=["logits"],
        dynamic_axes={k: axes for k, (_, axes) in inputs.items()} | {"logits": {0: "n"}},
        opset_version=17,
        dynamo=False,
    )
    return file


def record(file: Path, facts: dict[str, Any]) -> None:
    """Name the weights in weights.toml: digest, origin, seed, held-out errors, date."""
    book = WEIGHTS / "weights.toml"
    known = tomllib.loads(book.read_text()) if book.is_file() else {}
    known[file.stem] = {
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        **facts,
    }
    book.write_text(HEAD + "\n".join(_table(n, f) for n, f in sorted(known.items())))


HEAD = """\
# What each network was trained on and how well it did on what it had not seen.
# Written by training/; a file whose sha256 differs is refused by name.

"""


def _table(name: str, facts: dict[str, Any]) -> str:
    plain = {k: v for k, v in facts.items() if not isinstance(v, dict)}
    nested = {k: v for k, v in facts.items() if isinstance(v, dict)}
    lines = [f"[{name}]"] + [f"{k} = {_value(v)}" for k, v in plain.items()]
    for key, inner in nested.items():
        lines += ["", f"[{name}.{key}]"] + [f'"{k}" = {_value(v)}' for k, v in inner.items()]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(round(value, 5))
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_value(v) for v in value) + "]"
    return str(value)
