"""The one family of errors, each with its exit code and a message that says what to do next."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command ended with; stable for scripts."""

    DONE = 0
    WRONG_USE = 1
    BAD_INPUT = 2
    MISSING_PROGRAM = 3
    BAD_TEMPLATE = 4
    WAITING = 5
    DATABASE = 6
    STOPPED = 130


# Of several outcomes in one run the one that stands first here wins.
RANK = (
    ExitCode.DATABASE,
    ExitCode.MISSING_PROGRAM,
    ExitCode.BAD_TEMPLATE,
    ExitCode.BAD_INPUT,
    ExitCode.WAITING,
    ExitCode.DONE,
)


def highest(codes: list[ExitCode]) -> ExitCode:
    """Return the exit code that wins when one run had several outcomes."""
    return min(codes, key=RANK.index, default=ExitCode.DONE)


class CpimsScanError(Exception):
    """Something that stops a page, a file or a command; the message is for a person."""

    exit_code = ExitCode.BAD_INPUT


class WrongUseError(CpimsScanError):
    """The command was called in a way that cannot mean anything."""

    exit_code = ExitCode.WRONG_USE


class InputError(CpimsScanError):
    """A file cannot be taken in."""


class TemplateError(CpimsScanError):
    """A form pack is wrong: the message names the file, the line and the cure."""

    exit_code = ExitCode.BAD_TEMPLATE


class AlignmentError(CpimsScanError):
    """A form was recognised, but its boxes could not be found with proof."""


class ReadingError(CpimsScanError):
    """A reader could not do its work on a page."""


class StoreError(CpimsScanError):
    """A database or the page store refused."""

    exit_code = ExitCode.DATABASE


class MissingProgramError(CpimsScanError):
    """A program that the work needs is not on this machine."""

    exit_code = ExitCode.MISSING_PROGRAM
