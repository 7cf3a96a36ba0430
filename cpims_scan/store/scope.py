"""Which offices' work somebody sees; every list of records or tasks is filtered by it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, or_, true
from sqlalchemy.orm import InstrumentedAttribute

EVERYWHERE = "*"


@dataclass(frozen=True, slots=True)
class Scope:
    """
    Offices by code; one that ends with `*` means all codes that begin so, `*` alone all.

    Work without an office is seen only by whoever sees everything.
    """

    offices: tuple[str, ...]

    def allows(self, office: str | None) -> bool:
        """Whether work of an office may be seen."""
        if EVERYWHERE in self.offices:
            return True
        return office is not None and any(_covers(pattern, office) for pattern in self.offices)

    def clause(
        self, column: InstrumentedAttribute[str | None] | InstrumentedAttribute[str]
    ) -> ColumnElement[bool]:
        """The same question to the database."""
        if EVERYWHERE in self.offices:
            return true()
        exact = [code for code in self.offices if not code.endswith("*")]
        parts: list[ColumnElement[bool]] = [
            column.startswith(code[:-1], autoescape=True)
            for code in self.offices
            if code.endswith("*")
        ]
        if exact:
            parts.append(column.in_(exact))
        return or_(*parts) if parts else false()


def _covers(pattern: str, office: str) -> bool:
    if pattern.endswith("*"):
        return office.startswith(pattern[:-1])
    return office == pattern


ALL_OFFICES = Scope((EVERYWHERE,))
