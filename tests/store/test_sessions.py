"""Who may sign in, how often one may guess, and how long a session lives."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from cpims_scan.errors import WrongUseError
from cpims_scan.store.database import Database
from cpims_scan.store.office_tables import LockoutRow, SessionRow
from cpims_scan.store.passwords import Cost, Passwords, refuse_weak
from cpims_scan.store.people import (
    NewPerson,
    Person,
    add_person,
    find_person,
    list_people,
    set_active,
    set_duties,
    set_password,
)
from cpims_scan.store.sessions import (
    SignIn,
    find_session,
    forget_old,
    lock_after,
    sign_in,
    sign_out,
    touch_session,
)
from cpims_scan.store.states import Role
from tests.store.work import NOW, later

# As cheap as argon2id goes: these tests ask what is decided, not how long a guess takes.
CHEAP = Passwords(Cost(memory_kib=8, passes=1, lanes=1))
SECRET = "three goats on a lorry"
MINUTE = 60.0


@pytest.fixture
def office(work_database: Database) -> Database:
    """An office where Amina works."""
    with work_database.begin() as session:
        add(session, "amina")
    return work_database


def add(session: Session, name: str, password: str = SECRET) -> Person:
    """Somebody new of county 047."""
    new = NewPerson(name, "Amina Otieno", password, (Role.CLERK, Role.KEYER), ("047*",))
    return add_person(session, new, "init", NOW, CHEAP)


def attempt(database: Database, password: str, seconds: float = 0, name: str = "amina") -> SignIn:
    """One try to sign in."""
    return sign_in(database, name, password, later(seconds), CHEAP)


def test_sign_in__right_password_opens_a_session(office: Database) -> None:
    """The token leads to the person, with roles and offices."""
    opened = attempt(office, SECRET, name=" Amina ")

    with office.read() as session:
        found = find_session(session, opened.token, NOW)
    assert found is not None
    assert found.person == opened.person
    assert found.person.roles == {Role.CLERK, Role.KEYER}
    assert found.person.scope.allows("047-001")
    assert found.csrf == opened.csrf != opened.token


def test_sign_in__token_and_password_are_nowhere_in_the_database(office: Database) -> None:
    """Whoever reads the tables can neither sign in nor take over a session."""
    opened = attempt(office, SECRET)

    with office.read() as session:
        kept = str(session.execute(text("SELECT * FROM session")).all())
        kept += str(session.execute(text("SELECT * FROM app_user")).all())
    assert opened.token not in kept
    assert SECRET not in kept


def test_sign_in__every_session_has_its_own_token(office: Database) -> None:
    """Signing in again gives a new token: none is kept from before."""
    assert attempt(office, SECRET).token != attempt(office, SECRET).token


@pytest.mark.parametrize("name", ["amina", "nobody"])
def test_sign_in__fifth_fail_locks_known_and_unknown_alike(office: Database, name: str) -> None:
    """A guesser cannot tell from the lock which names exist."""
    answers = [attempt(office, "wrong", name=name) for _ in range(6)]

    assert [answer.person for answer in answers] == [None] * 6
    assert [answer.locked_until for answer in answers] == [None] * 4 + [later(MINUTE)] * 2


def test_sign_in__right_password_waits_for_the_lock(office: Database) -> None:
    """While locked even the right password is refused; after it, it opens and clears the count."""
    for _ in range(5):
        attempt(office, "wrong")

    assert attempt(office, SECRET, MINUTE - 1).person is None
    assert attempt(office, SECRET, MINUTE).person is not None
    with office.read() as session:
        assert session.scalars(select(LockoutRow)).all() == []


def test_lock_after__one_two_four_up_to_fifteen_minutes() -> None:
    """Each further fail doubles the lock, up to a quarter of an hour, for ever."""
    ends = [lock_after(failed, NOW) for failed in (4, 5, 6, 7, 8, 9, 10, 100_000)]

    minutes = [None if end is None else (end - NOW).total_seconds() / MINUTE for end in ends]
    assert minutes == [None, 1, 2, 4, 8, 15, 15, 15]


def test_sign_in__whole_day_of_guessing_reaches_few_checks(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One name meets at most 120 checks of a password in 24 hours (security.md, 6.9)."""
    checked: list[str] = []

    def count(_: Passwords, kept: str | None, password: str) -> bool:
        checked.append(password)
        return False

    monkeypatch.setattr(Passwords, "holds", count)
    for minute in range(0, 24 * 60, 3):  # at every end of a lock, and in vain in between
        attempt(sqlite_database, "wrong", minute * MINUTE)

    assert 90 < len(checked) <= 120


def test_sign_in__yesterdays_fails_are_forgotten(office: Database) -> None:
    """Four wrong tries on Monday do not lock on Wednesday."""
    for _ in range(4):
        attempt(office, "wrong")

    assert attempt(office, "wrong", 2 * 86_400).locked_until is None


def test_sign_in__who_left_is_refused(office: Database) -> None:
    """A person who was shut out does not come in, and open sessions end at once."""
    opened = attempt(office, SECRET)
    with office.begin() as session:
        set_active(session, "amina", False, NOW)

    assert attempt(office, SECRET).person is None
    with office.read() as session:
        assert find_session(session, opened.token, NOW) is None


def test_set_password__ends_all_sessions(office: Database) -> None:
    """After a new password the old one and every old session are worth nothing."""
    opened = attempt(office, SECRET)
    with office.begin() as session:
        set_password(session, "amina", "seven boats in the rain", NOW, CHEAP)

    assert attempt(office, SECRET).person is None
    assert attempt(office, "seven boats in the rain").person is not None
    with office.read() as session:
        assert find_session(session, opened.token, NOW) is None


def test_set_duties__ends_all_sessions(office: Database) -> None:
    """New duties count from the next sign-in, and the old ones end now."""
    opened = attempt(office, SECRET)
    with office.begin() as session:
        set_duties(session, "amina", (Role.AUDITOR,), ("*",), NOW)

    with office.read() as session:
        assert find_session(session, opened.token, NOW) is None
    person = attempt(office, SECRET).person
    assert person is not None
    assert person.has(Role.AUDITOR) and not person.has(Role.CLERK)


@pytest.mark.parametrize(
    ("touches", "asked_at", "is_alive"),
    [
        pytest.param([], 599, True, id="just in time"),
        pytest.param([], 601, False, id="idle"),
        pytest.param([500], 1000, True, id="kept alive"),
        pytest.param(range(0, 36_000, 300), 36_001, False, id="ten hours"),
    ],
)
def test_find_session__lives_ten_minutes_idle_and_ten_hours(
    office: Database, touches: list[int], asked_at: int, is_alive: bool
) -> None:
    """Idle for 10 minutes or 10 hours old: the session is over."""
    opened = attempt(office, SECRET)
    with office.begin() as session:
        for seconds in touches:
            touch_session(session, opened.token, later(seconds))

        assert (find_session(session, opened.token, later(asked_at)) is not None) == is_alive


def test_find_session__asks_to_be_touched_not_every_time(office: Database) -> None:
    """Looking writes nothing; the caller writes after 10 seconds."""
    opened = attempt(office, SECRET)

    with office.read() as session:
        due = [find_session(session, opened.token, later(s)) for s in (1, 11)]
    assert [found.is_due for found in due if found] == [False, True]


def test_sign_out__token_is_worth_nothing(office: Database) -> None:
    """After signing out the token opens nothing."""
    opened = attempt(office, SECRET)
    with office.begin() as session:
        sign_out(session, opened.token, NOW)

        assert find_session(session, opened.token, NOW) is None


@pytest.mark.parametrize("token", ["", "x" * 43, "\udcff"])
def test_find_session__made_up_tokens_open_nothing(office: Database, token: str) -> None:
    """A guessed token is no session and no error."""
    with office.read() as session:
        assert find_session(session, token, NOW) is None


def test_forget_old__keeps_what_matters(office: Database) -> None:
    """Old sessions and fails go, those of today stay."""
    attempt(office, SECRET)
    attempt(office, "wrong", name="nobody")
    with office.begin() as session:
        forget_old(session, later(3600))
        assert len(session.scalars(select(SessionRow)).all()) == 1
        forget_old(session, NOW + dt.timedelta(days=3))

        assert session.scalars(select(SessionRow)).all() == []
        assert session.scalars(select(LockoutRow)).all() == []


def test_sign_in__cheaper_hash_is_made_anew(office: Database) -> None:
    """When hashing became dearer, a sign-in brings the kept hash up to date."""
    dearer = Passwords(Cost(memory_kib=16, passes=1, lanes=1))

    assert sign_in(office, "amina", SECRET, NOW, dearer).person is not None

    with office.read() as session:
        assert "m=16," in str(session.execute(text("SELECT password_hash FROM app_user")).all())
    assert sign_in(office, "amina", SECRET, NOW, dearer).person is not None


def test_passwords__real_cost_is_what_was_decided() -> None:
    """argon2id with 64 MiB, three passes, four lanes."""
    kept = Passwords().hash(SECRET)

    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert Passwords().holds(kept, SECRET)
    assert not Passwords().holds(kept, SECRET + "!")
    assert not Passwords().holds(None, "nobody has this passwore")


@pytest.mark.parametrize(
    "password",
    ["short", "aaaaaaaaaaaaaaaa", "passwordpassword", "amina1amina2", "x" * 300, "kenyakenya1234"],
)
def test_refuse_weak__says_what_to_do(password: str) -> None:
    """Passwords that every list begins with are not taken."""
    with pytest.raises(WrongUseError, match="The password"):
        refuse_weak(password, "amina")


@pytest.mark.parametrize("name", ["", "A", "amina otieno", "a" * 70, "<b>", "7amina"])
def test_add_person__odd_names_are_refused(work_database: Database, name: str) -> None:
    """A sign-in name is safe in every log and link."""
    with pytest.raises(WrongUseError, match="sign-in name"), work_database.begin() as session:
        add(session, name)


def test_add_person__name_is_taken_once(office: Database) -> None:
    """Two people never share a name, however it is typed."""
    with pytest.raises(WrongUseError, match="taken"), office.begin() as session:
        add(session, "AMINA")


def test_list_people__by_name(office: Database) -> None:
    """Everybody is listed, those who left too."""
    with office.begin() as session:
        add(session, "akinyi")
        set_active(session, "akinyi", False, NOW)

    with office.read() as session:
        assert [person.name for person in list_people(session)] == ["akinyi", "amina"]
        found = find_person(session, "Akinyi")
    assert found is not None and not found.is_active
