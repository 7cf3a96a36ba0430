"""English and Swahili from .po files read at start, and dates as the office writes them."""

from __future__ import annotations

import datetime as dt
import gettext
import io
from dataclasses import dataclass
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).parent / "locale"
NAMES = {"en": "English", "sw": "Kiswahili"}
# Kenya has one time zone and has not moved its clocks since 1960: no zone file is needed.
NAIROBI = dt.timezone(dt.timedelta(hours=3), "EAT")


@dataclass(frozen=True, slots=True)
class Language:
    """One language of the desk: its code and its catalog."""

    code: str
    catalog: gettext.NullTranslations

    def text(self, message: str) -> str:
        """The message in this language."""
        # gettext answers the catalog's head for the empty string.
        return self.catalog.gettext(message) if message else ""

    def count(self, one: str, many: str, number: int) -> str:
        """The message for a number of things, the number filled in."""
        return self.catalog.ngettext(one, many, number) % {"num": number}

    def of(self, label: dict[str, str]) -> str:
        """A pack's label in this language, in English where there is no other."""
        return label.get(self.code) or label["en"]


def load_languages() -> dict[str, Language]:
    """Read every catalog; English is the language of the messages themselves."""
    languages = {"en": Language("en", gettext.NullTranslations())}
    for file in sorted(LOCALE.glob("*/LC_MESSAGES/desk.po")):
        code = file.parent.parent.name
        languages[code] = Language(code, _compiled(file))
    return languages


def day(date: dt.date) -> str:
    """A date as it is written on the forms: dd/mm/yyyy."""
    return date.strftime("%d/%m/%Y")


def moment(at: dt.datetime) -> str:
    """A moment on the office's clock: dd/mm/yyyy hh:mm, Nairobi."""
    known = at if at.tzinfo else at.replace(tzinfo=dt.UTC)
    return known.astimezone(NAIROBI).strftime("%d/%m/%Y %H:%M")


def clock(at: dt.datetime) -> str:
    """The time of day on the office's clock: hh:mm, Nairobi."""
    known = at if at.tzinfo else at.replace(tzinfo=dt.UTC)
    return known.astimezone(NAIROBI).strftime("%H:%M")


def _compiled(file: Path) -> gettext.GNUTranslations:
    with file.open("rb") as stream:
        catalog = read_po(stream, locale=file.parent.parent.name)
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    buffer.seek(0)
    return gettext.GNUTranslations(buffer)
