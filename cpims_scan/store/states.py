"""The words for where work stands, spelled once; columns are checked against them."""

from __future__ import annotations

from enum import StrEnum


class ArrivalState(StrEnum):
    """Where a page that came in stands; every arrival is in exactly one."""

    UNFINISHED = "unfinished"
    ACCEPTED = "accepted"
    REVIEW = "review"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"
    ERROR = "error"


class Reason(StrEnum):
    """Why an arrival is in its state, where the state alone does not say it."""

    BLANK_BACK = "blank_back"
    COVER = "cover"
    ATTACHMENT = "attachment"
    FOREIGN = "foreign"
    UNKNOWN = "unknown"
    UNALIGNED = "unaligned"
    UNJOINED = "unjoined"
    SUPERSEDED = "superseded"
    SAME_BYTES = "same_bytes"
    SAME_INK = "same_ink"
    CONTINUED = "continued"
    UNREADABLE = "unreadable"
    FAILED = "failed"
    FIELDS = "fields"
    DISCARDED = "discarded"


class PageState(StrEnum):
    """Where the reading of a content stands."""

    TODO = "todo"
    DOING = "doing"
    DONE = "done"
    FAILED = "failed"


class SheetState(StrEnum):
    """Whether a sheet counts, or another took its place."""

    ACTIVE = "active"
    SUPERSEDED = "superseded"


class RecordState(StrEnum):
    """Whom a record waits for, until it is in the central database."""

    WAITING = "waiting"  # for a second page, a second key, an office's answer
    REVIEW = "review"
    READY = "ready"
    LOADING = "loading"
    LOADED = "loaded"
    HELD = "held"  # kept back by CPIMS's own rules, for a person


class TaskState(StrEnum):
    """Whether a question still stands."""

    OPEN = "open"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class TaskKind(StrEnum):
    """What a person is asked."""

    RECORD = "record"  # all open fields and findings of one record
    FIELD = "field"
    TEXT = "text"
    SECOND_KEY = "second_key"
    RULE = "rule"
    UNKNOWN = "unknown"
    UNALIGNED = "unaligned"
    UNJOINED = "unjoined"
    SAME_INK = "same_ink"
    CONTINUED = "continued"
    ATTACHMENT = "attachment"
    FAILED = "failed"
    HELD = "held"
    URGENT = "urgent"
    QUERY = "query"
    OFFICE = "office"


class Step(StrEnum):
    """One row of a field's history; rows are added, never changed."""

    MACHINE = "machine"
    FIRST_KEY = "first_key"
    SECOND_KEY = "second_key"
    CORRECTION = "correction"
    OFFICE = "office"
    SAMPLE = "sample"
    BATCH = "batch"
    FINAL = "final"
    REOPENED = "reopened"


class SampleVerdict(StrEnum):
    """What came of comparing a blind answer with the machine's reading."""

    RIGHT = "right"
    DIFFERS = "differs"  # once; the person looks again before it is believed
    WRONG = "wrong"


class UploadState(StrEnum):
    """Where a file that comes in pieces stands."""

    RECEIVING = "receiving"
    DONE = "done"
    REFUSED = "refused"


class Role(StrEnum):
    """What a person may do; the web and the commands decide from it."""

    CLERK = "clerk"
    KEYER = "keyer"  # sees single crops, never a page
    DATA_OFFICER = "data_officer"
    SUPERVISOR = "supervisor"
    COUNTY_OFFICE = "county_office"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
