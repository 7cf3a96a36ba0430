"""One sheet's fields into its records: a register's page holds several cases."""

from __future__ import annotations

from collections.abc import Mapping

from cpims_scan.domain.record import FieldReading, State
from cpims_scan.forms.records import record_rows
from cpims_scan.forms.template import Form
from cpims_scan.reading.trust.judge import NOT_CERTIFIED

# A row is empty when this share of its cells was found and is blank.
LEAST_PROVEN = 0.5


def split_records(
    fields: Mapping[str, FieldReading], form: Form
) -> list[tuple[int, dict[str, FieldReading]]]:
    """
    Part the fields of a sheet into records.

    Args:
        fields: Of the whole sheet, as decoded, in the form's order.
        form: Says which table's rows are records; without one the sheet is one record.

    Returns:
        Index and fields of every record, the shared fields in each. A row in which nothing is
        written is no record; one that was mostly looked for in vain is, for a person to see.
    """
    rows = record_rows(form)
    if not rows:
        return [(1, dict(fields))]
    table = form.spec.records
    found = []
    for index, row in rows.items():
        own = {n for n in fields if (form.fields[n].table, form.fields[n].row) == (table, row)}
        if _is_record([fields[name] for name in own if fields[name].page]):
            whole = {n: f for n, f in fields.items() if n in own or form.fields[n].table != table}
            found.append((index, whole))
    return found


def _is_record(printed: list[FieldReading]) -> bool:
    """
    Tell whether a row holds a record: something stands in it, or its blanks prove nothing.

    A case fills many cells, so that a few blanks whose place was not proven hide none.
    """
    if any(field.state is not State.BLANK for field in printed):
        return True
    proven = sum(NOT_CERTIFIED not in field.reasons for field in printed)
    return proven < LEAST_PROVEN * len(printed)
