"""Pages that are put between others: the cover of a batch, a numbered slip; what their QR says."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from cpims_scan.domain.paper import BatchContext

COVER = "CPIMS:COVER/"
SLIP = "CPIMS:SLIP/"
# One letter a part keeps the code small; parts that a later program adds are passed over.
PARTS = {"O": "office", "M": "month", "P": "officer"}
BATCH, SHEETS = "B", "S"
MOST_SHEETS = 99_999

_MONTH = re.compile(r"^\d{4}-(0[1-9]|1[0-2])$")


@dataclass(frozen=True, slots=True)
class Cover:
    """The first page of a stack: the name of its batch and what was said about it."""

    batch: str
    context: BatchContext = field(default_factory=BatchContext)

    @property
    def text(self) -> str:
        """
        What the QR holds: `CPIMS:COVER/B<batch>/O<office>/M<month>/S<sheets>/P<officer>`.

        Signs that would end a part are written as %2F and the like (RFC 3986, 2.1), so that any
        name of a batch comes back as it was.
        """
        said = {letter: getattr(self.context, name) for letter, name in PARTS.items()}
        said |= {BATCH: self.batch, SHEETS: self.context.sheets_expected}
        parts = [f"{letter}{quote(str(said[letter]), safe='')}" for letter in "BOMSP"]
        return COVER + "/".join(
            part for letter, part in zip("BOMSP", parts, strict=True) if said[letter] is not None
        )


@dataclass(frozen=True, slots=True)
class Slip:
    """A separator page with the number that is written on the sheet behind it."""

    number: int

    @property
    def text(self) -> str:
        """What the QR holds."""
        return f"{SLIP}{self.number}"


def read_separator(text: str) -> Cover | Slip | None:
    """Take a separator page's QR apart; None when it is not one, or says what cannot be."""
    text = text.strip()
    if text.upper().startswith(SLIP):
        number = text[len(SLIP) :]
        return Slip(int(number)) if number.isascii() and number.isdigit() else None
    if not text.upper().startswith(COVER):
        return None
    said = {part[0]: unquote(part[1:]) for part in text[len(COVER) :].split("/") if part[1:]}
    if BATCH not in said:
        return None
    month, sheets = said.get("M"), said.get(SHEETS, "")
    if month is not None and not _MONTH.match(month):
        return None
    if sheets and not (sheets.isascii() and sheets.isdigit() and 0 < int(sheets) <= MOST_SHEETS):
        return None
    context = BatchContext(said.get("O"), month, said.get("P"), int(sheets) if sheets else None)
    return Cover(said[BATCH], context)
