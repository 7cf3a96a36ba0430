"""A scope says the same to Python and to the database."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cpims_scan.domain.paper import BatchContext
from cpims_scan.store.batches import open_batch
from cpims_scan.store.database import Database
from cpims_scan.store.scope import Scope
from cpims_scan.store.tables import BatchRow
from tests.store.work import NOW

OFFICES = ["047", "047-001", "047_001", "04", "031-001", None]


@pytest.mark.parametrize(
    ("patterns", "seen"),
    [
        pytest.param(("*",), OFFICES, id="all"),
        pytest.param(("047*",), ["047", "047-001", "047_001"], id="county"),
        pytest.param(("047-*",), ["047-001"], id="below"),
        pytest.param(("047_*",), ["047_001"], id="underscore is a sign"),
        pytest.param(("%*",), [], id="percent is a sign"),
        pytest.param(("047", "031-001"), ["047", "031-001"], id="list"),
        pytest.param((), [], id="none"),
    ],
)
def test_scope__python_and_database_agree(
    work_database: Database, patterns: tuple[str, ...], seen: list[str | None]
) -> None:
    """Both see exactly the same offices."""
    scope = Scope(patterns)
    with work_database.begin() as session:
        for number, office in enumerate(OFFICES):
            open_batch(session, f"B-{number}", BatchContext(office=office), "amina", NOW)

        query = select(BatchRow.office).where(scope.clause(BatchRow.office)).order_by(BatchRow.id)
        assert list(session.scalars(query)) == seen
    assert [office for office in OFFICES if scope.allows(office)] == seen
