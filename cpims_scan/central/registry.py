"""CPIMS's tables of persons, units and places (DCS edition), as far as we write or read them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

# Widths and NOT NULL are those of the models of DCS-Kenya/cpims-dcs-3.0. No default of theirs is
# repeated here: a default that states a fact must never come from a database.
CPIMS = sa.MetaData()

# Django's GenericIPAddressField: inet on PostgreSQL, text elsewhere. 39 is its width there.
Address = sa.String(39).with_variant(postgresql.INET(), "postgresql")
Moment = sa.DateTime(timezone=True)


def required(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    """A column that CPIMS demands."""
    return sa.Column(name, kind, nullable=False)


def optional(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    """A column that CPIMS may leave empty."""
    return sa.Column(name, kind, nullable=True)


def serial(name: str = "id") -> sa.Column[int]:
    """A key that the database gives."""
    return sa.Column(name, sa.Integer, primary_key=True, autoincrement=True)


def link(name: str, target: str, is_required: bool = True) -> sa.Column[Any]:
    """A reference to another table's key, `table.column`."""
    return sa.Column(name, sa.ForeignKey(target), nullable=not is_required)


def void() -> sa.Column[Any]:
    """CPIMS's soft delete; its rows are never deleted."""
    return required("is_void", sa.Boolean())


list_geo = sa.Table(
    "list_geo",
    CPIMS,
    sa.Column("area_id", sa.Integer, primary_key=True, autoincrement=False),
    required("area_type_id", sa.String(50)),
    required("area_name", sa.String(100)),
    optional("area_code", sa.String(10)),
    optional("parent_area_id", sa.Integer()),
    optional("area_name_abbr", sa.String(5)),
    required("timestamp_created", Moment),
    required("timestamp_updated", Moment),
    void(),
)

list_general = sa.Table(
    "list_general",
    CPIMS,
    serial(),
    required("item_id", sa.String(4)),
    required("item_description", sa.String(255)),
    optional("item_description_short", sa.String(26)),
    optional("item_category", sa.String(255)),
    optional("item_sub_category", sa.String(255)),
    optional("the_order", sa.Integer()),
    required("user_configurable", sa.Boolean()),
    required("sms_keyword", sa.Boolean()),
    void(),
    optional("field_name", sa.String(200)),
    required("timestamp_updated", Moment),
)

reg_org_unit = sa.Table(
    "reg_org_unit",
    CPIMS,
    serial(),
    required("org_unit_id_vis", sa.String(12)),
    required("org_unit_name", sa.String(255)),
    required("org_unit_type_id", sa.String(4)),
    optional("date_operational", sa.Date()),
    optional("date_closed", sa.Date()),
    required("handle_ovc", sa.Boolean()),
    void(),
    optional("parent_org_unit_id", sa.Integer()),
    optional("created_by_id", sa.Integer()),
    required("created_at", sa.Date()),
)

school_list = sa.Table(
    "school_list",
    CPIMS,
    sa.Column("school_id", sa.Uuid, primary_key=True),
    required("school_name", sa.String(255)),
    link("school_subcounty_id", "list_geo.area_id"),
    link("school_ward_id", "list_geo.area_id"),
    optional("type_of_school", sa.String(26)),
    required("timestamp_created", Moment),
    void(),
    optional("created_by", sa.Integer()),
)

reg_person = sa.Table(
    "reg_person",
    CPIMS,
    serial(),
    optional("designation", sa.String(25)),
    required("first_name", sa.String(255)),
    optional("other_names", sa.String(255)),
    required("surname", sa.String(255)),
    optional("email", sa.String(254)),
    optional("des_phone_number", sa.Integer()),
    optional("date_of_birth", sa.Date()),
    optional("date_of_death", sa.Date()),
    required("sex_id", sa.String(4)),
    void(),
    optional("created_by_id", sa.Integer()),
    required("created_at", sa.Date()),
)

reg_persons_types = sa.Table(
    "reg_persons_types",
    CPIMS,
    serial(),
    link("person_id", "reg_person.id"),
    required("person_type_id", sa.String(4)),
    optional("date_began", sa.Date()),
    optional("date_ended", sa.Date()),
    void(),
)

reg_persons_geo = sa.Table(
    "reg_persons_geo",
    CPIMS,
    serial(),
    link("person_id", "reg_person.id"),
    link("area_id", "list_geo.area_id"),
    required("area_type", sa.String(4)),
    optional("date_linked", sa.Date()),
    optional("date_delinked", sa.Date()),
    void(),
)

reg_persons_external_ids = sa.Table(
    "reg_persons_external_ids",
    CPIMS,
    serial(),
    link("person_id", "reg_person.id"),
    required("identifier_type_id", sa.String(4)),
    required("identifier", sa.String(255)),
    void(),
)

reg_persons_guardians = sa.Table(
    "reg_persons_guardians",
    CPIMS,
    serial(),
    link("child_person_id", "reg_person.id"),
    link("guardian_person_id", "reg_person.id"),
    required("relationship", sa.String(5)),
    optional("date_linked", sa.Date()),
    optional("date_delinked", sa.Date()),
    required("child_headed", sa.Boolean()),
    void(),
)

reg_persons_siblings = sa.Table(
    "reg_persons_siblings",
    CPIMS,
    serial(),
    link("child_person_id", "reg_person.id"),
    link("sibling_person_id", "reg_person.id"),
    optional("date_linked", sa.Date()),
    optional("date_delinked", sa.Date()),
    optional("remarks", sa.Text()),
    void(),
)

# The rows of siblings that are no persons of the registry. We write persons and links instead
# (`load.yaml` says why), but a pack may choose this table.
ovc_sibling = sa.Table(
    "ovc_sibling",
    CPIMS,
    serial(),
    link("person_id", "reg_person.id"),
    link("cpims_id", "reg_person.id", is_required=False),
    required("first_name", sa.String(50)),
    required("other_names", sa.String(50)),
    required("surname", sa.String(50)),
    required("date_of_birth", sa.Date()),
    required("sex_id", sa.String(4)),
    optional("class_level", sa.String(4)),
    optional("remarks", sa.String(250)),
    required("timestamp_created", Moment),
    required("timestamp_updated", Moment),
    void(),
)

reg_household = sa.Table(
    "reg_household",
    CPIMS,
    sa.Column("id", sa.Uuid, primary_key=True),
    link("index_child_id", "reg_person.id"),
    required("members", sa.Text()),
    void(),
    required("timestamp_created", Moment),
)

reg_persons_audit_trail = sa.Table(
    "reg_persons_audit_trail",
    CPIMS,
    serial("transaction_id"),
    link("person_id", "reg_person.id"),
    optional("transaction_type_id", sa.String(4)),
    optional("interface_id", sa.String(4)),
    optional("date_recorded_paper", sa.Date()),
    link("person_recorded_paper_id", "reg_person.id", is_required=False),
    required("timestamp_modified", Moment),
    required("app_user_id", sa.Integer()),
    required("ip_address", Address),
    optional("meta_data", sa.Text()),
)
