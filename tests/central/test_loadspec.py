"""load.yaml says where every column comes from; what is wrong in it is said with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from cpims_scan.central.cpims import TABLES
from cpims_scan.central.create import create_central
from cpims_scan.central.load import load
from cpims_scan.central.loadspec import Loading, column_sources, read_loading
from cpims_scan.central.plan import plan_load
from cpims_scan.central.reference import Reference, read_reference
from cpims_scan.domain.record import LoadedRecord
from cpims_scan.errors import TemplateError
from cpims_scan.forms.catalog import load_catalog
from cpims_scan.forms.template import Form
from cpims_scan.store.database import open_database
from tests.central.records import CHECKOUT, context, record

FILE = CHECKOUT / "form_templates" / "case_record_sheet_a" / "load.yaml"


def test_sources__every_required_column_of_every_row_has_one(loading: Loading) -> None:
    """Nothing that CPIMS demands is left to a database default."""
    silent = [s for s in column_sources(loading) if s.is_required and not s.sources]

    assert silent == []


def test_sources__no_constant_is_a_date(loading: Loading) -> None:
    """1900-01-01 is never loaded."""
    constants = [
        name
        for source in column_sources(loading)
        for name in source.sources
        if name.startswith(("constant: 19", "unknown: 19"))
    ]

    assert constants == []


def test_sources__codes_for_unknown_are_cpimss_own(loading: Loading) -> None:
    """What stands for unknown is a code or a filler that CPIMS itself uses."""
    unknown = {
        name.removeprefix("unknown: ")
        for source in column_sources(loading)
        for name in source.sources
        if name.startswith("unknown: ")
    }

    assert unknown == {"", "UINC", "FSUK", "EDUK", "XXXX"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param("  - row: child\n", "  - roww: child\n", "Did you mean 'row'", id="word"),
        pytest.param("table: reg_person\n", "table: persons\n", "no table 'persons'", id="table"),
        pytest.param("      sex_id: {ask", "      sexx: {ask", "no column 'sexx'", id="column"),
        pytest.param("as: upper", "as: uper", "'uper' is no conversion", id="conversion"),
        pytest.param("{derive: now}", "{derive: nau}", "'nau' is no derivation", id="derivation"),
        pytest.param("{row: child}", "{row: kid}", "row 'kid' does not stand before", id="row"),
        pytest.param("field: tribe", "field: clan", "no field 'clan'", id="field"),
        pytest.param(
            "      risk_level: {ask: true}\n", "", "risk_level.*when the paper is blank", id="blank"
        ),
        pytest.param("      case_status: {const: ACTIVE}", "      #", "case_status", id="required"),
    ],
)
def test_read__wrong_word_is_named_with_file_and_line(
    tmp_path: Path, form: Form, old: str, new: str, said: str
) -> None:
    """The sentence says where it is and what to do."""
    file = tmp_path / "load.yaml"
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")

    with pytest.raises(TemplateError, match=said) as raised:
        read_loading(file, form)
    assert f"{file}, line " in str(raised.value)


VISIT_CARD = """
form:
  form: visit_card
  title: {en: Visit card, sw: Kadi ya ziara}
  yields: case
  fields:
    - name: given
      type: text
      label: {en: Given name, sw: Jina}
      central: {table: reg_person, column: first_name, entity: guest}
    - name: family
      type: text
      label: {en: Family name, sw: Ukoo}
      central: {table: reg_person, column: surname, entity: guest}
    - name: sex
      type: select_one sex
      label: {en: Sex, sw: Jinsia}
      central: {table: reg_person, column: sex_id, entity: guest, map: {male: SMAL, female: SFEM}}
  choices:
    sex: [{name: male, label: {en: Male, sw: Me}}, {name: female, label: {en: Female, sw: Ke}}]
template:
  edition: one
  pages: [{blank: blank.png, size_mm: [100, 50]}]
  places:
    given: {box: [10, 10, 30, 6], reader: text}
    family: {box: [45, 10, 30, 6], reader: text}
    sex: {reader: squares, options: {male: [10, 25, 4, 4], female: [30, 25, 4, 4]}}
"""
VISIT_LOAD = """
form: visit_card
every_row:
  is_void: {const: false}
  created_at: {derive: today}
rows:
  - row: guest
    table: reg_person
    when: always
    columns:
      first_name: {as: upper, ask: true}
      surname: {as: upper, unknown: XXXX}
      sex_id: {ask: true}
"""


def test_load__a_new_form_needs_no_engine_code(tmp_path: Path) -> None:
    """A pack of one's own with its load.yaml is loaded by the same functions."""
    pack = tmp_path / "form_templates" / "visit_card"
    pack.mkdir(parents=True)
    (pack / "form.yaml").write_text(VISIT_CARD, encoding="utf-8")
    (pack / "load.yaml").write_text(VISIT_LOAD, encoding="utf-8")
    form = load_catalog(tmp_path).forms["visit_card"]
    loading = read_loading(pack / "load.yaml", form)
    central = open_database(f"sqlite:///{tmp_path}/central.sqlite")
    create_central(central)
    made = record(form, {"given": "Amani", "sex": "male"})
    loaded = load(central, plan_load(made, loading, context(read_reference(central))))
    with central.read() as session:
        names = session.execute(
            sa.select(TABLES["reg_person"].c.first_name, TABLES["reg_person"].c.surname)
        ).one()
    central.close()

    assert isinstance(loaded, LoadedRecord)
    assert tuple(names) == ("AMANI", "XXXX")


def test_plan__value_sources_are_those_that_are_stated(
    form: Form, loading: Loading, places: Reference
) -> None:
    """Whatever is planned comes from a source that the pack states for that column."""
    stated = {(s.role, s.column): s.sources for s in column_sources(loading)}
    plan = plan_load(record(form, {}), loading, context(places))
    unstated = [
        (row.role, name, cell.source)
        for row in plan.rows
        for name, cell in row.cells.items()
        if cell.value is not None
        and cell.source != "derived: key"
        and not any(s.startswith(cell.source.partition(":")[0]) for s in stated[(row.role, name)])
    ]

    assert unstated == []
