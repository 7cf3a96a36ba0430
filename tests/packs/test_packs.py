"""Every form pack that is here: whole, placed, named in both languages, adding up."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from cpims_scan.forms.catalog import Catalog, load_catalog
from cpims_scan.forms.check import check_pack
from cpims_scan.forms.examples import check_examples
from cpims_scan.forms.rules import load_rules

ROOT = Path(__file__).parents[2]
PACKS = [ROOT, ROOT / "docs" / "example-pack"]
FORMS = [
    pytest.param(root, file.parent.name, id=file.parent.name)
    for root in PACKS
    for file in sorted((root / "form_templates").glob("*/form.yaml"))
]
LISTS = sorted((ROOT / "form_templates" / "_lists").glob("*.csv"))
EDITIONS = [
    pytest.param(
        root, form.parent.name, edition.parent.name, id=f"{form.parent.name}-{edition.parent.name}"
    )
    for root in PACKS
    for form in sorted((root / "form_templates").glob("*/form.yaml"))
    for edition in sorted(form.parent.glob("*/template.yaml"))
]

# The block of docs/forms.md that shows places of the example.
BLOCKS = [
    block
    for block in re.findall(
        r"```yaml\n(.*?)```", (ROOT / "docs" / "forms.md").read_text(encoding="utf-8"), re.DOTALL
    )
    if block.startswith("  people_met:")
]
COUNTIES, SUB_COUNTIES, WARDS = 47, 290, 1450  # geo.csv
SHEET_IDS, SHEET_CELLS = 63, 135  # forms.md section 1
CATEGORIES, INTERVENTIONS, COLUMNS = 36, 31, 13  # reports.md 1a
DATA_COLUMNS = 10
PRINTED_SUMS = 3 * (CATEGORIES + INTERVENTIONS) + 3


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The project's own packs."""
    return load_catalog(ROOT)


@pytest.mark.parametrize(("root", "form"), FORMS)
def test_pack__checks_clean(root: Path, form: str) -> None:
    """`forms check` finds neither fault nor warning."""
    assert check_pack(load_catalog(root), form) == []


@pytest.mark.parametrize(("root", "form"), FORMS)
def test_pack__every_name_has_english_and_swahili(root: Path, form: str) -> None:
    """Each field, row and choice is named in both languages."""
    made = load_catalog(root).forms[form]
    labels = [field.label for field in made.fields.values()]
    labels += [choice.label for field in made.fields.values() for choice in field.choices]

    assert [label for label in labels if not (label.get("en") and label.get("sw"))] == []


@pytest.mark.parametrize(("root", "form", "edition"), EDITIONS)
def test_edition__blank_pages_are_drawn_from_data(root: Path, form: str, edition: str) -> None:
    """A blank has its drawing beside it, so that it can be printed and corrected."""
    folder = root / "form_templates" / form / edition
    made = load_catalog(root).edition(form, edition)

    assert made.grid is not None or (folder / "drawing.yaml").exists()
    assert made.grid is not None or all(page.file.exists() for page in made.pages)


@pytest.mark.parametrize("file", LISTS, ids=lambda file: file.stem)
def test_list__codes_stand_once_and_are_named(file: Path) -> None:
    """A code list has each code once, in English and Swahili."""
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))

    assert [c for c, n in Counter(row["code"] for row in rows).items() if n > 1] == []
    assert [row["code"] for row in rows if not (row["label_en"] and row["label_sw"])] == []


def test_sheet_a__is_complete_to_the_last_cell(catalog: Catalog) -> None:
    """Case Record Sheet A has 63 printed ids in 135 cells, all placed."""
    edition = catalog.edition("case_record_sheet_a", "2015-08")
    placed = [edition.form.fields[name] for name in edition.places]
    ids = {field.ref for field in placed}

    assert len(placed) == SHEET_CELLS
    assert ids == {f"A{i:02d}" for i in range(1, 41)} | {f"B{i:02d}" for i in range(1, 24)}
    assert len(ids) == SHEET_IDS


def test_sheet_a__every_cell_says_where_it_goes(catalog: Catalog) -> None:
    """Each field names its CPIMS column, or says in words that it has none."""
    fields = catalog.forms["case_record_sheet_a"].fields.values()

    silent = [f.name for f in fields if not f.central or not (f.central.column or f.central.none)]

    assert silent == []


def test_sheet_a__asks_what_the_paper_lacks(catalog: Catalog) -> None:
    """What is on no paper is asked of a person; what is on the paper is not."""
    edition = catalog.edition("case_record_sheet_a", "2015-08")
    asked = {name for name, field in edition.form.fields.items() if field.spec.ask}
    newer = set(catalog.edition("case_record_sheet_a", "2018-08").places) - asked

    assert asked == set(edition.form.fields) - set(edition.places) - newer
    assert {"report_orgunit", "perpetrator_status", "event_place_type"} <= asked


@pytest.mark.parametrize("name", ["risk_level", "case_category", "perpetrator_name"])
def test_sheet_a__a_person_always_sees_what_decides(catalog: Catalog, name: str) -> None:
    """Risk level, case category and perpetrator are never settled by a machine alone."""
    assert catalog.forms["case_record_sheet_a"].fields[name].spec.review == "always"


def test_sheet_a__only_the_event_date_may_be_month_first(catalog: Catalog) -> None:
    """The print invites month first in one cell, the date of the event."""
    fields = catalog.forms["case_record_sheet_a"].fields.values()

    assert [f.name for f in fields if not f.spec.day_first] == ["event_date"]


def test_summary__has_all_rows_and_columns(catalog: Catalog) -> None:
    """The monthly summary has 36 categories and 31 interventions, 13 numbers each."""
    edition = catalog.edition("monthly_caseload_summary", "tool-b")
    tables = Counter(f.table for f in edition.form.fields.values() if f.table)

    assert tables == {
        "categories": CATEGORIES * COLUMNS,
        "interventions": INTERVENTIONS * COLUMNS,
        "category_totals": COLUMNS,
        "intervention_totals": COLUMNS,
    }
    assert {"county", "sub_county", "month", "year"} <= set(edition.places)


def test_summary__row_names_are_the_cpims_codes(catalog: Catalog) -> None:
    """A row's name is its CPIMS code in small letters."""
    form = catalog.forms["monthly_caseload_summary"]
    blocks = ("categories", "interventions")
    rows = {(f.table, str(f.row).upper()) for f in form.fields.values() if f.table in blocks}
    codes = {("categories", choice.name) for choice in catalog.lists["case_category"]}
    codes |= {("interventions", choice.name) for choice in catalog.lists["intervention"]}

    assert rows <= codes


def test_summary__printed_sums_expand(catalog: Catalog) -> None:
    """Three sums a row and three figures at the foot; pending is not disposed of."""
    edition = catalog.edition("monthly_caseload_summary", "tool-b")
    totals = {total.total: total for total in edition.totals}

    assert len(totals) == PRINTED_SUMS
    assert len(totals["total_caseload"].parts) == CATEGORIES
    assert "interventions.pend.total" not in totals["total_disposed"].parts
    assert len(totals["total_disposed"].parts) == INTERVENTIONS - 1
    assert totals["completion_percent"].kind == "percent"


def test_summary__blank_is_zero_for_counts_alone(catalog: Catalog) -> None:
    """An empty count is zero by procedure; an empty total is no number."""
    edition = catalog.edition("monthly_caseload_summary", "tool-b")
    zero = [name for name in edition.places if edition.blank_counts_as_zero(name)]

    assert len(zero) == (CATEGORIES + INTERVENTIONS) * DATA_COLUMNS
    assert not any(name.endswith(("_sub", "total")) for name in zero)


@pytest.mark.parametrize(
    ("name", "count"), [("counties", COUNTIES), ("sub_counties", SUB_COUNTIES), ("wards", WARDS)]
)
def test_places__are_all_of_kenya(catalog: Catalog, name: str, count: int) -> None:
    """47 counties, 290 sub-counties, 1,450 wards."""
    assert len(catalog.lists[name]) == count


@pytest.mark.parametrize(
    ("lower", "upper"), [("sub_counties", "counties"), ("wards", "sub_counties")]
)
def test_places__each_lies_in_the_next_larger(lower: str, upper: str) -> None:
    """Each sub-county names its county, each ward its sub-county."""
    folder = ROOT / "form_templates" / "_lists"
    with (folder / f"{lower}.csv").open(encoding="utf-8", newline="") as stream:
        parents = {row["parent"] for row in csv.DictReader(stream)}
    with (folder / f"{upper}.csv").open(encoding="utf-8", newline="") as stream:
        known = {row["code"] for row in csv.DictReader(stream)}

    assert parents == known


def test_place_aliases__point_at_sub_counties(catalog: Catalog) -> None:
    """An old district names the sub-counties it may mean."""
    with (ROOT / "form_templates/_lists/place_aliases.csv").open(encoding="utf-8") as stream:
        candidates = [row["candidates"].split("|") for row in csv.DictReader(stream)]
    known = {choice.name for choice in catalog.lists["sub_counties"]}

    assert {code for row in candidates for code in row} <= known
    assert all(candidates)


@pytest.mark.parametrize("name", ["case_category", "intervention", "case_reporter", "event_place"])
def test_list__is_the_current_one(catalog: Catalog, shared: Path, name: str) -> None:
    """A list has CPIMS's current codes, no more and no fewer."""
    file = shared / "facts" / "codelists" / f"{name}_id.csv"
    with file.open(encoding="utf-8", newline="") as stream:
        current = {row["code"] for row in csv.DictReader(stream) if row["tier"] == "current"}

    assert {choice.name for choice in catalog.lists[name]} == current


def test_example__shows_every_kind_of_field() -> None:
    """The example of docs/forms.md uses every reader once."""
    edition = load_catalog(ROOT / "docs" / "example-pack").edition("home_visit", "v1")
    readers = {place.reader for place in edition.places.values()}
    alphabets = {p.alphabet for p in edition.places.values() if p.reader == "comb"}

    assert readers == {
        *("cells", "squares", "number", "date", "comb", "text", "print", "signature", "qr")
    }
    assert alphabets == {"digits", "capitals"}


def test_example__its_rules_hold_their_examples() -> None:
    """The example's records break the rules that they say."""
    catalog = load_catalog(ROOT / "docs" / "example-pack")

    assert check_examples(catalog, "home_visit") == []
    assert load_rules(catalog.root, catalog.forms["home_visit"]).rules


@pytest.mark.parametrize("block", BLOCKS)
def test_docs__lines_of_the_example_stand_in_the_example(block: str) -> None:
    """What docs/forms.md shows of the example's places is what the example says."""
    template = ROOT / "docs/example-pack/form_templates/home_visit/v1/template.yaml"
    places = yaml.safe_load(template.read_text(encoding="utf-8"))["places"]
    shown = yaml.safe_load(block)

    assert {name: places[name] for name in shown} == shown
