"""What the QR of a printed page says: which page of which edition, and of which sheet."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

# Crockford's base 32 (crockford.com/base32.html): no letter that is taken for a digit.
SERIAL_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# 60 bits: a million sheets have one pair alike with a chance of 4 in ten million.
SERIAL_LENGTH = 12
SERIAL_GROUP = 4  # printed as XXXX-XXXX-XXXX

_PATTERN = re.compile(
    r"^CPIMS:(?P<form>[A-Z][A-Z0-9_-]*)/(?P<edition>[^/]+)/(?P<page>\d{1,3})"
    r"(?:/(?P<serial>[0-9A-Z]*))?$"
)


@dataclass(frozen=True, slots=True)
class PageCode:
    """
    One printed page of one sheet.

    Attributes:
        page: 1-based page of the form.
        serial: 12 characters of SERIAL_ALPHABET, the same on all pages of a sheet; "" when
            the print bears none.
    """

    form: str
    edition: str
    page: int
    serial: str = ""

    @property
    def text(self) -> str:
        """
        What the QR holds: capitals only, so that the code is small.

        QR has a dense mode for capitals, digits and -./: (ISO/IEC 18004, 7.4.4); `_` is not in it.
        """
        parts = (self.form.replace("_", "-"), self.edition, str(self.page), self.serial)
        return "CPIMS:" + "/".join(part for part in parts if part).upper()


def read_code(text: str) -> PageCode | None:
    """Take a QR's text apart, in capitals or small letters; None when it is not one of ours."""
    found = _PATTERN.match(text.strip().upper())
    if found is None:
        return None
    form = found["form"].replace("-", "_").lower()
    return PageCode(form, found["edition"].lower(), int(found["page"]), found["serial"] or "")


def new_serial() -> str:
    """Make a sheet's serial; chance alone decides, so that no two offices need to agree."""
    return "".join(secrets.choice(SERIAL_ALPHABET) for _ in range(SERIAL_LENGTH))


def shown(serial: str) -> str:
    """A serial as it is printed beside its code: in groups of four."""
    steps = range(0, len(serial), SERIAL_GROUP)
    return "-".join(serial[i : i + SERIAL_GROUP] for i in steps)
