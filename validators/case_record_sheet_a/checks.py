"""Rules of the Case Record Sheet A that no kind of rules.yaml can say."""

from __future__ import annotations

from cpims_scan.forms.answers import Answers
from cpims_scan.forms.rules import check


@check(
    "CRS-175",
    fields=("referral_present", "referral_state_agency", "referral_non_state_agency"),
    blames=("referral_present",),
)
def a_referral_has_an_agency(record: Answers) -> bool:
    """A referral that was made names a state agency or a non-state actor."""
    agencies = ("referral_state_agency", "referral_non_state_agency")
    was_made = record.value("referral_present") == "yes"
    return not was_made or not all(record.is_blank(agency) for agency in agencies)


@check(
    "CRS-181",
    fields=("parents.father.name", "parents.mother.name", "caregivers.1.name"),
    blames=("caregivers.1.name",),
)
def somebody_cares_for_the_child(record: Answers) -> bool:
    """A father, a mother or a caregiver is named, or written to be unknown or dead."""
    names = ("parents.father.name", "parents.mother.name", "caregivers.1.name")
    return not all(record.is_blank(name) for name in names)
