"""A record beside the rules of its form: what they find is shown, never mended."""

from __future__ import annotations

import dataclasses
import datetime as dt

from cpims_scan.domain.record import Decision, FieldReading, Finding, ValidatedRecord
from cpims_scan.forms.rules import RuleBook
from cpims_scan.forms.template import Edition

RULE = "rule:"


def validate(
    record: ValidatedRecord, rules: RuleBook, edition: Edition, today: dt.date
) -> ValidatedRecord:
    """
    Add what the rules find, and ask a person about every field of a finding.

    A rule changes no value. A field that a person settled is not asked again: the finding
    stays with the record, as a warning that somebody has seen or an error that holds it back.

    Args:
        record: As decoded; findings of an earlier run are replaced.
        rules: Of its form.
        edition: That it was read with.
        today: In Nairobi.
    """
    fields = {name: _without_rules(field) for name, field in record.fields.items()}
    findings = rules.findings(fields, edition, today)
    for finding in findings:
        for name in finding.fields:
            if name in fields and not _is_settled(fields[name]):
                fields[name] = _asked(fields[name], finding)
    return dataclasses.replace(record, fields=fields, findings=findings)


def _is_settled(field: FieldReading) -> bool:
    """A question without paper has a person as its source before anybody answered it."""
    return field.source == "person" and field.decision is Decision.ACCEPT


def _asked(field: FieldReading, finding: Finding) -> FieldReading:
    reason = RULE + finding.rule
    reasons = field.reasons if reason in field.reasons else (*field.reasons, reason)
    return dataclasses.replace(field, decision=Decision.REVIEW, reasons=reasons)


def _without_rules(field: FieldReading) -> FieldReading:
    """The field as decoded: reasons of an earlier run go, and with them a review of theirs only."""
    kept = tuple(reason for reason in field.reasons if not reason.startswith(RULE))
    if kept == field.reasons:
        return field
    decision = field.decision if kept else Decision.ACCEPT
    return dataclasses.replace(field, decision=decision, reasons=kept)
