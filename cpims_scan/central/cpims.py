"""CPIMS's tables of cases (DCS edition), as far as we write or read them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from cpims_scan.central.registry import CPIMS, Moment, link, optional, required, serial, void

CASE = "ovc_case_record.case_id"
PERSON = "reg_person.id"


def _key(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Uuid, primary_key=True)


def _kept() -> tuple[sa.Column[Any], ...]:
    """What CPIMS keeps about a row itself."""
    return (required("timestamp_created", Moment), void(), required("sync_id", sa.Uuid()))


ovc_case_record = sa.Table(
    "ovc_case_record",
    CPIMS,
    _key("case_id"),
    required("case_serial", sa.String(50)),
    required("perpetrator_status", sa.String(20)),
    optional("perpetrator_first_name", sa.String(100)),
    optional("perpetrator_other_names", sa.String(100)),
    optional("perpetrator_surname", sa.String(100)),
    optional("perpetrator_relationship_type", sa.String(50)),
    required("risk_level", sa.String(50)),
    required("date_case_opened", sa.Date()),
    optional("case_reporter_first_name", sa.String(100)),
    optional("case_reporter_other_names", sa.String(100)),
    optional("case_reporter_surname", sa.String(100)),
    optional("case_reporter_contacts", sa.String(20)),
    required("case_reporter", sa.String(20)),
    optional("court_name", sa.String(200)),
    optional("court_number", sa.String(50)),
    optional("police_station", sa.String(200)),
    optional("ob_number", sa.String(50)),
    required("case_status", sa.String(50)),
    required("referral_present", sa.String(10)),
    *_kept(),
    optional("parent_case_id", sa.Uuid()),
    optional("created_by", sa.Integer()),
    link("person_id", PERSON),
    optional("case_remarks", sa.Text()),
    optional("date_of_summon", sa.Date()),
    optional("summon_status", sa.Boolean()),
    required("case_stage", sa.Integer()),
)

ovc_case_geo = sa.Table(
    "ovc_case_geo",
    CPIMS,
    serial(),
    link("case_id_id", CASE),
    link("report_subcounty_id", "list_geo.area_id"),
    optional("report_ward", sa.String(100)),
    optional("report_village", sa.String(100)),
    link("report_orgunit_id", "reg_org_unit.id", is_required=False),
    link("occurence_county_id", "list_geo.area_id", is_required=False),
    link("occurence_subcounty_id", "list_geo.area_id", is_required=False),
    required("occurence_ward", sa.String(100)),
    required("occurence_village", sa.String(100)),
    *_kept(),
    link("person_id", PERSON),
)


def _of_case(name: str, *columns: sa.Column[Any]) -> sa.Table:
    """A table whose rows belong to one case and one person."""
    return sa.Table(
        name,
        CPIMS,
        serial(),
        link("case_id_id", CASE),
        *columns,
        *_kept(),
        link("person_id", PERSON),
    )


ovc_economic_status = _of_case(
    "ovc_economic_status", required("household_economic_status", sa.String(100))
)
ovc_family_status = _of_case("ovc_family_status", required("family_status", sa.String(100)))
ovc_hobbies = _of_case("ovc_hobbies", required("hobby", sa.String(200)))
ovc_friends = _of_case(
    "ovc_friends",
    required("friend_firstname", sa.String(50)),
    required("friend_other_names", sa.String(50)),
    required("friend_surname", sa.String(50)),
)
ovc_needs = _of_case(
    "ovc_needs",
    required("need_description", sa.String(250)),
    required("need_type", sa.String(250)),
)

ovc_medical = sa.Table(
    "ovc_medical",
    CPIMS,
    _key("medical_id"),
    link("case_id_id", CASE),
    required("mental_condition", sa.String(50)),
    required("physical_condition", sa.String(50)),
    required("other_condition", sa.String(50)),
    *_kept(),
    link("person_id", PERSON),
)

ovc_medical_subconditions = sa.Table(
    "ovc_medical_subconditions",
    CPIMS,
    _key("medicalsubcond_id"),
    link("medical_id_id", "ovc_medical.medical_id"),
    required("medical_condition", sa.String(50)),
    required("medical_subcondition", sa.String(50)),
    *_kept(),
    link("person_id", PERSON),
)

ovc_case_category = sa.Table(
    "ovc_case_category",
    CPIMS,
    _key("case_category_id"),
    link("case_id_id", CASE),
    required("case_category", sa.String(4)),
    required("case_grouping_id", sa.Uuid()),
    required("date_of_event", sa.Date()),
    required("place_of_event", sa.String(4)),
    required("case_nature", sa.String(4)),
    *_kept(),
    link("person_id", PERSON),
)

ovc_case_sub_category = sa.Table(
    "ovc_case_sub_category",
    CPIMS,
    _key("case_sub_category_id"),
    link("case_category_id", "ovc_case_category.case_category_id"),
    required("case_grouping_id", sa.Uuid()),
    required("sub_category_id", sa.String(4)),
    link("person_id", PERSON),
    *_kept(),
)

ovc_referrals = sa.Table(
    "ovc_referrals",
    CPIMS,
    _key("refferal_id"),
    required("refferal_actor_type", sa.String(4)),
    required("refferal_actor_specify", sa.String(50)),
    required("refferal_to", sa.String(4)),
    required("refferal_status", sa.String(20)),
    required("refferal_startdate", sa.Date()),
    optional("refferal_enddate", sa.Date()),
    link("case_category_id", "ovc_case_category.case_category_id", is_required=False),
    required("referral_grouping_id", sa.Uuid()),
    link("case_id_id", CASE),
    *_kept(),
    link("person_id", PERSON),
)

ovc_case_events = sa.Table(
    "ovc_case_events",
    CPIMS,
    _key("case_event_id"),
    required("case_event_type_id", sa.String(20)),
    required("date_of_event", sa.Date()),
    required("case_event_details", sa.String(100)),
    required("case_event_notes", sa.String(1000)),
    optional("case_event_outcome", sa.String(250)),
    optional("next_hearing_date", sa.Date()),
    optional("next_mention_date", sa.Date()),
    optional("plea_taken", sa.String(4)),
    optional("application_outcome", sa.String(4)),
    optional("placement_id_id", sa.Uuid()),
    *_kept(),
    link("case_id_id", CASE, is_required=False),
    required("app_user_id", sa.Integer()),
)

ovc_case_event_encounters = sa.Table(
    "ovc_case_event_encounters",
    CPIMS,
    _key("service_id"),
    required("service_provided", sa.String(250)),
    optional("service_provider", sa.String(250)),
    optional("place_of_service", sa.String(250)),
    required("date_of_encounter_event", sa.Date()),
    link("case_event_id_id", "ovc_case_events.case_event_id"),
    required("service_grouping_id", sa.Uuid()),
    link("case_category_id", "ovc_case_category.case_category_id"),
    *_kept(),
)

ovc_case_event_summon = sa.Table(
    "ovc_case_event_summon",
    CPIMS,
    _key("summon_id"),
    required("honoured", sa.Boolean()),
    optional("honoured_date", sa.Date()),
    optional("summon_date", sa.Date()),
    optional("summon_note", sa.String(250)),
    link("case_event_id_id", "ovc_case_events.case_event_id"),
    link("case_category_id", "ovc_case_category.case_category_id", is_required=False),
    *_kept(),
)

ovc_education_followup = sa.Table(
    "ovc_education_followup",
    CPIMS,
    _key("education_followup_id"),
    required("admitted_to_school", sa.String(10)),
    optional("admission_to_school_date", sa.Date()),
    optional("education_comments", sa.String(1000)),
    link("school_id_id", "school_list.school_id", is_required=False),
    optional("not_in_school_reason", sa.String(4)),
    optional("school_admission_type", sa.String(4)),
    optional("placement_id_id", sa.Uuid()),
    link("person_id", PERSON),
    optional("created_by", sa.Integer()),
    *_kept(),
)

ovc_education_level_followup = sa.Table(
    "ovc_education_level_followup",
    CPIMS,
    serial(),
    optional("admission_level", sa.String(20)),
    optional("admission_sublevel", sa.String(20)),
    link("education_followup_id_id", "ovc_education_followup.education_followup_id"),
    *_kept(),
)

forms_log = sa.Table(
    "forms_log",
    CPIMS,
    _key("form_log_id"),
    required("form_type_id", sa.String(250)),
    required("form_id", sa.String(50)),
    link("person_id", PERSON, is_required=False),
    *_kept(),
    required("timestamp_modified", Moment),
    optional("app_user", sa.Integer()),
)

# Every CPIMS table that we write or read, those of the registry included, by name.
TABLES = CPIMS.tables
