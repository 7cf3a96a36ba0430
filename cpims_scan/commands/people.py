"""`user`: who may sign in, with which duties, for which offices."""

from __future__ import annotations

import json
import secrets
import sys
from typing import Annotated

import typer
from rich.table import Table

from cpims_scan.commands.console import console
from cpims_scan.errors import WrongUseError
from cpims_scan.pipeline.workplace import Workplace, open_workplace
from cpims_scan.settings import Settings
from cpims_scan.store.passwords import Passwords
from cpims_scan.store.people import NewPerson, add_person, list_people, set_active
from cpims_scan.store.states import Role

FIRST = "admin"

user = typer.Typer(help="Who may sign in.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Put this room's commands on the program."""
    app.add_typer(user, name="user")


def first_person(place: Workplace) -> str:
    """Make the first sign-in of a new workspace; say it once, in one sentence."""
    with place.db.begin() as session:
        if list_people(session):
            return "People are entered already; cpims-scan user list shows them."
        password = new_password()
        person = NewPerson(
            name=FIRST,
            full_name="First administrator",
            password=password,
            roles=(Role.ADMINISTRATOR, Role.SUPERVISOR, Role.DATA_OFFICER),
            offices=("*",),
            must_change=False,
        )
        add_person(session, person, "init", place.now(), Passwords())
    return f"First sign-in (shown only now): {FIRST} / {password}"


def new_password() -> str:
    """A password of 100 random bits, in groups that can be read out on the telephone."""
    letters = "abcdefghijkmnpqrstuvwxyz23456789"  # 32 that are not mistaken for each other
    groups = ["".join(secrets.choice(letters) for _ in range(5)) for _ in range(4)]
    return "-".join(groups)


@user.command("add")
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What is typed to sign in.")],
    role: Annotated[list[Role], typer.Option(help="Duty; may be given several times.")],
    office: Annotated[list[str], typer.Option(help="Office code; '047*' is a subtree, '*' all.")],
    full_name: Annotated[str, typer.Option(help="Name as shown to others.")] = "",
    language: Annotated[str, typer.Option(help="en or sw.")] = "en",
) -> None:
    """Enter a person; the password is shown once."""
    settings: Settings = context.obj
    if language not in ("en", "sw"):
        raise WrongUseError(f"--language {language}: choose en or sw.")
    password = new_password()
    person = NewPerson(name, full_name or name, password, tuple(role), tuple(office), language)
    with open_workplace(settings) as place, place.db.begin() as session:
        add_person(session, person, "terminal", place.now(), Passwords())
    sys.stdout.write(f"{name} may sign in. Password (shown only now): {password}\n")


@user.command("list")
def list_all(
    context: typer.Context,
    as_document: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """List people, their duties and offices."""
    settings: Settings = context.obj
    with open_workplace(settings) as place, place.db.read() as session:
        people = list_people(session)
    rows = [
        {
            "name": p.name,
            "roles": sorted(p.roles),
            "offices": list(p.scope.offices),
            "active": p.is_active,
        }
        for p in people
    ]
    if as_document:
        json.dump({"users": rows}, sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
        return
    table = Table("name", "roles", "offices", "active")
    for p in people:
        active = "yes" if p.is_active else "no"
        table.add_row(p.name, ", ".join(sorted(p.roles)), ", ".join(p.scope.offices), active)
    console().print(table)


@user.command("disable")
def disable(
    context: typer.Context, name: Annotated[str, typer.Argument(help="Whose sign-in ends.")]
) -> None:
    """Keep a person from signing in, and end their sessions."""
    settings: Settings = context.obj
    with open_workplace(settings) as place, place.db.begin() as session:
        set_active(session, name, False, place.now())
    sys.stdout.write(f"{name} can no longer sign in.\n")
