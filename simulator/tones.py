"""What happens to light on its way: lamps, sensors, toner, shadows, tables."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
WHITE = 255

SHARPENING = 1.1  # of a copier's scan, judged by eye beside real copies

# Weights of blue, green, red in a grey scanner's lamp: greenish, as most office machines are.
LAMP = (0.15, 0.62, 0.23)


def as_grey(picture: Pixels, rng: Generator) -> Pixels:
    """What a grey scanner sees of colour, with its own black and white."""
    grey = picture.astype(np.float32) @ np.array(LAMP, np.float32) if picture.ndim == 3 else picture
    black, white = rng.uniform(8, 34), rng.uniform(240, 252)
    return _bytes(black + grey * np.float32((white - black) / 255))


def lamp(picture: Pixels, rng: Generator) -> Pixels:
    """A lamp that is weaker at one side, and faint bands of the transport."""
    height, width = picture.shape[:2]
    across = 1 - rng.uniform(0, 0.035) * np.linspace(-1, 1, width) ** 2
    turns = np.linspace(0, rng.uniform(4, 30), height) * 2 * np.pi
    bands = 1 + rng.uniform(0, 0.006) * np.sin(turns + rng.uniform(0, 6))
    field = (bands[:, None] * across[None, :]).astype(np.float32)
    return _bytes(picture * field)


def sensor(picture: Pixels, rng: Generator, blur: float, noise: float) -> Pixels:
    """Optics that are not quite sharp, and a chip that is not quite still."""
    soft = cv2.GaussianBlur(picture, (0, 0), blur).astype(np.float32)
    grains = rng.standard_normal(picture.shape, dtype=np.float32) * np.float32(noise)
    return _bytes(soft + cv2.GaussianBlur(grains, (0, 0), 0.6) * 1.6)


def jpeg(picture: Pixels, quality: int) -> Pixels:
    """The picture as JPEG gives it back."""
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    flag = cv2.IMREAD_COLOR if picture.ndim == 3 else cv2.IMREAD_GRAYSCALE
    return np.asarray(cv2.imdecode(data, flag), np.uint8)


def copied(picture: Pixels, rng: Generator, fineness: float) -> Pixels:
    """
    One generation of toner: lines swell, greys go to black or white, specks fall.

    Copiers sharpen before they decide, so that hairlines stay and grey bars fade.

    Args:
        picture: Grey, uint8 (H, W).
        rng: Of this copy.
        fineness: Pixels of the picture against 300 dpi.
    """
    spot = float(rng.uniform(0.8, 1.2)) * fineness
    soft = cv2.GaussianBlur(picture, (0, 0), spot).astype(np.float32)
    around = cv2.GaussianBlur(picture, (0, 0), 7 * fineness).astype(np.float32)
    sharp = soft + SHARPENING * (soft - around)
    middle, steep = rng.uniform(168, 186), rng.uniform(13, 20)
    toner = 1 / (1 + np.exp((sharp - np.float32(middle)) / np.float32(steep)))
    black, white = rng.uniform(20, 45), rng.uniform(246, 253)
    copy = white - toner * (white - black)
    specks = cv2.GaussianBlur(rng.random(picture.shape, dtype=np.float32), (0, 0), 0.9)
    copy = np.where(specks > 0.5 + rng.uniform(0.36, 0.42), black, copy)
    return _bytes(copy)


def pinholes(picture: Pixels, rng: Generator) -> Pixels:
    """The copier's dark edge, a dirty streak down the glass, two punched holes."""
    height, width = picture.shape[:2]
    marked = picture.copy()
    edge = int(rng.uniform(4, 18))
    marked[:, width - edge :] = 45
    x = int(rng.uniform(0.1, 0.9) * width)
    cv2.line(marked, (x, 0), (x + 3, height), 150, 1, cv2.LINE_AA)
    for share in (0.365, 0.635):  # 80 mm apart about the middle of A4: ISO 838
        cv2.circle(marked, (int(0.055 * width), int(share * height)), int(0.012 * width), 60, -1)
    return marked


def table_top(size: tuple[int, int], rng: Generator) -> Floats:
    """A wooden table, float32 (H, W, 3)."""
    width, height = size
    noise = rng.random((height // 16 + 2, 24)).astype(np.float32)
    fibre = cv2.resize(noise, (height, width), interpolation=cv2.INTER_CUBIC).T
    fine = cv2.GaussianBlur(rng.random((height, width), dtype=np.float32), (0, 0), 2)
    wood = np.array(rng.choice([[62, 92, 132], [48, 66, 96], [86, 96, 108]]), np.float32)
    tone = 0.72 + 0.45 * fibre + 0.8 * (fine - 0.5)
    return np.asarray(tone[..., None] * wood, np.float32)


def shade(picture: Floats, rng: Generator) -> Floats:
    """Light that falls off to one side, the photographer's own shadow, a cast of colour."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[0:1:64j, 0:1:48j].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    slope = (x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle)
    field = 0.90 + rng.uniform(0.1, 0.3) * slope
    cx, cy = rng.uniform(0.1, 0.9), rng.uniform(0.6, 1.1)
    lean = x - cx + rng.uniform(-0.5, 0.5) * (y - cy)
    shadow = 1 / (1 + np.exp(np.hypot(lean * 2.2, y - cy) * 16 - 6))
    field = field * (1 - rng.uniform(0.15, 0.38) * shadow)
    full = cv2.resize(field.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    cast = np.array([rng.uniform(0.84, 0.97), 0.97, 1.0], np.float32)
    return np.asarray(np.clip(picture * full[..., None] * cast, 0, 255), np.float32)


def _bytes(picture: Floats) -> Pixels:
    return np.asarray(np.clip(picture, 0, 255), np.uint8)
