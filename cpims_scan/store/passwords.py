"""Passwords: how they are hashed, and which are too weak to take."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from cpims_scan.errors import WrongUseError

SHORTEST = 12  # characters, as security.md and OWASP ASVS 5.0 6.2 ask
LONGEST = 256  # longer ones would let a sender keep the machine busy
DIFFERENT_SIGNS = 5  # "aaaaaaaaaaaa" has 1
# Words that people lengthen to reach the shortest length; guessed first by every list.
COMMON = ("password", "123456789", "qwertyuiop", "nywila", "karibu", "kenya", "cpims", "letmein")


@dataclass(frozen=True, slots=True)
class Cost:
    """How dear one guess is made: argon2id's memory (KiB), passes and lanes."""

    memory_kib: int = 65536
    passes: int = 3
    lanes: int = 4


@dataclass(frozen=True, slots=True)
class Passwords:
    """Hashes and checks passwords with argon2id (RFC 9106) at one cost."""

    cost: Cost = Cost()

    def hash(self, password: str) -> str:
        """A salted hash with its parameters."""
        return _hasher(self.cost).hash(password)

    def holds(self, kept: str | None, password: str) -> bool:
        """
        Whether a password belongs to a hash.

        Without a hash, because nobody has that name, the same work is done and the answer
        is no: how long it takes tells nobody which names exist.
        """
        try:
            return _hasher(self.cost).verify(kept or _nobodys(self.cost), password[:LONGEST])
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False

    def is_old(self, kept: str) -> bool:
        """Whether a hash was made at another cost and should be made anew at sign-in."""
        return _hasher(self.cost).check_needs_rehash(kept)


def refuse_weak(password: str, name: str) -> None:
    """
    Refuse a password that is guessed soon.

    Raises:
        WrongUseError: It is too short, too long, too plain, or holds the sign-in name.
    """
    low = password.lower()
    if len(password) < SHORTEST:
        raise WrongUseError(f"The password is too short: take {SHORTEST} characters or more.")
    if len(password) > LONGEST:
        raise WrongUseError(f"The password is too long: take {LONGEST} characters or fewer.")
    rest = low.replace(name.lower(), "")
    for word in COMMON:
        rest = rest.replace(word, "")
    if len(set(rest)) < DIFFERENT_SIGNS:
        raise WrongUseError(
            "The password is guessed too soon: take a few words that nobody says together."
        )


@lru_cache(maxsize=8)
def _hasher(cost: Cost) -> PasswordHasher:
    return PasswordHasher(
        time_cost=cost.passes, memory_cost=cost.memory_kib, parallelism=cost.lanes
    )


@lru_cache(maxsize=8)
def _nobodys(cost: Cost) -> str:
    return _hasher(cost).hash("nobody has this password")
