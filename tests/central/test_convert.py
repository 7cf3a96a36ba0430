"""Named conversions: from what stands on the paper to what a CPIMS column holds."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpims_scan.central.convert import CONVERSIONS, Inputs
from cpims_scan.central.cpims import TABLES
from cpims_scan.central.reference import Reference
from cpims_scan.domain.record import Value
from cpims_scan.forms.template import Form
from tests.central.records import CASE, context, record


def inputs(form: Form, places: Reference, **given_words: object) -> Inputs:
    """What a conversion may look at."""
    column = TABLES["reg_person"].c.first_name
    return Inputs(
        record(form, CASE), form, context(places), "child", column, given=dict(given_words)
    )


@pytest.mark.parametrize(
    ("name", "written", "kept"),
    [
        pytest.param("upper", " neema  ya ", "NEEMA YA", id="upper"),
        pytest.param("first_name", "Juma Otieno Wanjala", "JUMA", id="first"),
        pytest.param("other_names", "Juma Otieno Ali Wanjala", "OTIENO ALI", id="other"),
        pytest.param("other_names", "Juma Wanjala", None, id="no-other"),
        pytest.param("surname", "Juma Otieno Wanjala", "WANJALA", id="surname"),
        pytest.param("surname", "Juma", None, id="one-name"),
        pytest.param("phone", "0712 345 678", 712345678, id="phone"),
        pytest.param("phone", "+254 712-345678", 712345678, id="phone-abroad"),
        pytest.param("phone", "0110345678", 110345678, id="phone-01"),
        pytest.param("phone", "0712345678 / 0733345678", 712345678, id="two-phones"),
        pytest.param("phone", "12345", None, id="no-phone"),
        pytest.param("national_id", "22 334 455", "22334455", id="id"),
        pytest.param("national_id", "A1234567", None, id="passport-is-no-national-id"),
        pytest.param("code", "CSIC", "CSIC", id="code"),
        pytest.param("code", "FGM", None, id="word"),
        pytest.param("code", "Neglect", None, id="long-word"),
        pytest.param("day", "2015-06-01", dt.date(2015, 6, 1), id="day"),
        pytest.param("day", {"precision": "age_years", "value": "12"}, None, id="age"),
        pytest.param("yes_no", "no", False, id="no"),
        pytest.param("whole", "12", 12, id="whole"),
        pytest.param("text", ["a", "b"], "a, b", id="several"),
        pytest.param("unit", "u000018", 7, id="unit"),
        pytest.param("unit", "Kisumu", None, id="no-unit"),
    ],
)
def test_conversion__keeps_what_cpims_keeps(
    form: Form, places: Reference, name: str, written: Value, kept: object
) -> None:
    """None where the paper's words do not fit the column."""
    assert CONVERSIONS[name](written, inputs(form, places)) == kept


@pytest.mark.parametrize(
    ("written", "kinds", "area"),
    [
        pytest.param("48", ["GDIS"], 48, id="id"),
        pytest.param("changamwe", ["GDIS"], 48, id="name"),
        pytest.param("48", ["GWRD"], None, id="another-kind"),
        pytest.param("Port-Reitz", ["GWRD"], 338, id="hyphen"),
        pytest.param("Gucha", ["GDIS"], None, id="old-district"),
    ],
)
def test_area__is_found_by_id_or_name_and_kind(
    form: Form, places: Reference, written: str, kinds: list[str], area: int | None
) -> None:
    """A sub-county's number is no ward's."""
    assert CONVERSIONS["area"](written, inputs(form, places, kinds=kinds)) == area


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        pytest.param("007/18", "CCO/1/1/5/29/7/2018", id="short"),
        pytest.param("12 / 2019", "CCO/1/1/5/29/12/2019", id="whole-year"),
        pytest.param("CCO/1/1/5/29/00003/2018", "CCO/1/1/5/29/00003/2018", id="full"),
        pytest.param("7-18", None, id="no-serial"),
    ],
)
def test_register_serial__is_completed_by_the_sub_county(
    form: Form, places: Reference, written: str, kept: str | None
) -> None:
    """A line of the register has number and year; the cover of the book has the rest."""
    told = inputs(form, places, office="sub_county")

    assert CONVERSIONS["register_serial"](written, told) == kept


@given(written=st.one_of(st.text(max_size=40), st.integers(), st.lists(st.text(max_size=5))))
def test_conversions__never_fail_and_never_give_an_empty_text(
    form: Form, places: Reference, written: Value
) -> None:
    """Whatever was keyed, a conversion gives a value or None."""
    told = inputs(form, places)

    assert "" not in [convert(written, told) for convert in CONVERSIONS.values()]
