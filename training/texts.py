"""What people write in cells for numbers and dates, drawn at random."""

from __future__ import annotations

from numpy.random import Generator

# Letters that nobody takes for a digit: O, I, S, Z, B, G and their like would teach the reader
# to doubt every 0, 1, 5, 2, 8 and 6.
CLEAR_LETTERS = "AEFHKMNRVWX"


def random_text(rng: Generator) -> str:
    """What people write in cells for numbers and dates; letters stand for words."""
    kind = rng.random()
    if kind < 0.09:
        return ""
    if kind < 0.15:
        return "-"
    if kind < 0.42:
        return _digits(int(rng.choice([1, 2, 3, 4, 5], p=[0.28, 0.3, 0.17, 0.15, 0.1])), rng)
    if kind < 0.55:
        return _long_number(rng)
    if kind < 0.93:
        return random_date(rng)
    return _with_words(rng)


def random_date(rng: Generator) -> str:
    """A date in one of the ways it is written."""
    day, month = int(rng.integers(1, 32)), int(rng.integers(1, 13))
    year = int(rng.integers(1930, 2027))
    d = f"{day:02d}" if rng.random() < 0.6 else str(day)
    m = f"{month:02d}" if rng.random() < 0.6 else str(month)
    y = str(year) if rng.random() < 0.65 else f"{year % 100:02d}"
    sign = str(rng.choice(["/", "-", ".", " "], p=[0.55, 0.2, 0.17, 0.08]))
    kind = rng.random()
    if kind < 0.82:
        return sign.join([d, m, y])
    if kind < 0.9:
        return str(year)
    return sign.join([m, y])


def _digits(count: int, rng: Generator) -> str:
    return "".join(str(rng.integers(0, 10)) for _ in range(count))


def _long_number(rng: Generator) -> str:
    kind = rng.random()
    if kind < 0.4:
        return _digits(int(rng.integers(6, 10)), rng)
    if kind < 0.8:
        number = "0" + str(rng.choice(["7", "1"])) + _digits(8, rng)
        return number if rng.random() < 0.6 else f"{number[:4]}_{number[4:7]}_{number[7:]}"
    if kind < 0.9:
        return f"{_digits(int(rng.integers(1, 4)), rng)},{_digits(3, rng)}"
    return f"{_digits(int(rng.integers(1, 4)), rng)}/{_digits(int(rng.integers(1, 5)), rng)}"


def _with_words(rng: Generator) -> str:
    """Words, with or without a number; what a digit looks like says nothing of a word."""
    letters = "".join(rng.choice(list(CLEAR_LETTERS), int(rng.integers(1, 6))))
    if rng.random() < 0.25:
        letters = "~" * int(rng.integers(1, 3))  # joined small letters
    kind = rng.random()
    if kind < 0.35:
        return letters
    if kind < 0.45:
        return str(rng.choice(["NIL", "N/A", "N/K", "NONE", "YES", "M", "F", "X"]))
    if kind < 0.7:
        return "#" * int(rng.integers(1, 4))  # scribbled over
    number = _digits(int(rng.integers(1, 4)), rng)
    return number + letters if rng.random() < 0.7 else letters + number
