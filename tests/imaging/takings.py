"""How pictures of pages are taken: the kinds that come from scanners, copiers and phones."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

# The kinds of the design's trial (reading.md section 2), and what comes besides.
KINDS = ("scan", "warped", "copy", "phone")
HARDER = (
    "copy of a copy",
    "print of 90 to 105 %",
    "stretched 2 %",
    "cut or folded corners",
    "stapled and curled",
    "phone on a table",
    "bilevel at 200 dpi",
    "any turn",
)


@dataclass(frozen=True, slots=True)
class Taking:
    """
    How a picture is taken.

    Attributes:
        dpi: Of the picture; a phone's is an average.
        turned: Degrees clockwise.
        skew: Degrees clockwise beside the turn.
        scale: Size of the copy, 1 is true.
        bend_px: Largest shift by bent paper, pixels at 300 dpi.
        tilt: Shift of the corners by perspective, share of the width.
        margin: What the picture shows around the sheet, share of its width; below 0 it is cut.
        shadow: How much darker the darkest part is, 0..1.
        blur: Standard deviation in pixels.
        noise: Standard deviation in grey levels.
        copier: Thresholded, bolder, with specks.
        table: Grey of what lies behind.
        quality: JPEG quality; None leaves the pixels as they are.
        stretch: The copy's width and height, of its true ones.
        curl_px: Lift of two edges, pixels at 300 dpi of shift there.
        folded: Corners turned over, mm along the edges, clockwise from the top left.
        cut: Share of the sheet that the picture misses at left, top, right, bottom.
        bilevel: Black or white by a fixed threshold.
        copied: How often it was photocopied before.
        wood: Whether the table has a grain and other papers on it.
    """

    dpi: float = 300.0
    turned: int = 0
    skew: float = 0.0
    scale: float = 1.0
    bend_px: float = 0.0
    tilt: float = 0.0
    margin: float = 0.0
    shadow: float = 0.0
    blur: float = 0.0
    noise: float = 0.0
    copier: bool = False
    table: int = 235
    quality: int | None = 80
    stretch: tuple[float, float] = (1.0, 1.0)
    curl_px: float = 0.0
    folded: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    cut: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    bilevel: bool = False
    copied: int = 0
    wood: bool = False


def kind(name: str, rng: np.random.Generator) -> Taking:
    """A random taking of the kinds that the design's trial measured (reading.md section 2)."""
    turned = 180 if rng.random() < 0.25 else 0
    if name == "scan":
        return Taking(
            turned=turned, skew=rng.uniform(-2, 2), bend_px=rng.uniform(0.5, 2), noise=3, blur=0.6
        )
    if name == "warped":
        return Taking(
            turned=turned,
            skew=rng.uniform(-5, 5),
            bend_px=rng.uniform(2, 8),
            shadow=0.25,
            blur=1.0,
            noise=4,
            quality=60,
        )
    if name == "copy":
        return Taking(
            turned=turned,
            skew=rng.uniform(-3, 3),
            scale=rng.uniform(0.97, 1.03),
            bend_px=rng.uniform(1, 4),
            copier=True,
            quality=None,
        )
    if name == "phone":
        return _phone(turned, rng)
    return _harder(name, rng)


def _phone(turned: int, rng: np.random.Generator) -> Taking:
    return Taking(
        dpi=rng.uniform(190, 300),
        turned=turned,
        skew=rng.uniform(-4, 4),
        bend_px=rng.uniform(2, 8),
        tilt=rng.uniform(0.02, 0.06),
        margin=rng.uniform(0.03, 0.09),
        shadow=0.45,
        blur=1.1,
        noise=4,
        table=60,
        quality=75,
    )


def _harder(name: str, rng: np.random.Generator) -> Taking:
    """What comes besides: sheets copied twice, scaled, cut, folded, curled; tables; bilevel."""
    turned = 90 * int(rng.integers(4))
    scan = Taking(turned=turned, skew=rng.uniform(-2, 2), bend_px=1, noise=3, blur=0.6)
    corners = rng.uniform(0, 24, 4) * (rng.random(4) < 0.4)
    edges = rng.uniform(0, 0.04, 4) * (rng.random(4) < 0.4)
    return {
        "copy of a copy": replace(scan, copied=2, dpi=300 if rng.random() < 0.5 else 200),
        "print of 90 to 105 %": replace(scan, scale=rng.uniform(0.9, 1.05)),
        "stretched 2 %": replace(scan, stretch=(1.02, 1.0) if rng.random() < 0.5 else (1.0, 1.02)),
        "cut or folded corners": replace(
            scan,
            folded=(corners[0], corners[1], corners[2], corners[3]),
            cut=(edges[0], edges[1], edges[2], edges[3]),
        ),
        "stapled and curled": replace(
            scan,
            bend_px=4,
            curl_px=rng.uniform(4, 10),
            folded=(rng.uniform(8, 20), 0.0, 0.0, 0.0),
            shadow=0.25,
            table=120,
        ),
        "phone on a table": replace(_phone(turned, rng), wood=True, margin=rng.uniform(0.05, 0.2)),
        "bilevel at 200 dpi": replace(scan, dpi=200, bilevel=True, quality=None),
        "any turn": replace(scan, dpi=float(rng.choice([150, 200, 300, 400]))),
    }[name]
