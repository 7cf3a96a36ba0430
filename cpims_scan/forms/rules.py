"""The rules of a form: typed ones from rules.yaml, the rest as Python checks beside it."""

from __future__ import annotations

import datetime as dt
import difflib
import fnmatch
import importlib.util
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from cpims_scan.domain.record import FieldReading, Finding
from cpims_scan.errors import TemplateError
from cpims_scan.forms.answers import ROW, TODAY, Answers
from cpims_scan.forms.rulekinds import Check, Rule, RuleFile, UniqueInBatch, expand
from cpims_scan.forms.template import Edition, Form
from cpims_scan.forms.yamlfile import line_of, read_model

PLACEHOLDERS = {"label", "other", "row"}

Holds = Callable[[Answers], bool]


@dataclass(frozen=True, slots=True)
class CheckFunction:
    """A Python rule: what it is about, and whether it holds."""

    rule: str
    fields: tuple[str, ...]
    blames: tuple[str, ...]
    holds: Holds


def check(
    rule: str, fields: tuple[str, ...], blames: tuple[str, ...] = ()
) -> Callable[[Holds], CheckFunction]:
    """
    Make a function the Python part of a rule of kind `check`.

    It is called with the record's `Answers` only when every field it names was read, once a
    row when a name says {row}, and returns whether the rule holds.

    Args:
        rule: Its id in rules.yaml, which has its severity and its sentences.
        fields: Names of all fields it looks at; * stands for every row.
        blames: Those that a finding points at; all that hold something, unless given.
    """

    def made(function: Holds) -> CheckFunction:
        return CheckFunction(rule, fields, blames, function)

    return made


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All rules of one form; empty when the form has none."""

    form: Form
    rules: tuple[Rule, ...] = ()
    checks: Mapping[str, CheckFunction] | None = None

    def findings(
        self, fields: Mapping[str, FieldReading], edition: Edition, today: dt.date
    ) -> tuple[Finding, ...]:
        """
        Where a record breaks the rules, in the order of rules.yaml.

        A rule speaks only when every field it names was read; about a field that the edition
        does not print, or whose page has not come, it is silent.

        Args:
            fields: As decoded.
            edition: Says where a blank is zero.
            today: In Nairobi.
        """
        base = Answers(fields, edition, today)
        return tuple(
            found for rule in self.rules for found in self._found(rule, base) if found is not None
        )

    def message(self, finding: Finding, fields: Mapping[str, FieldReading], language: str) -> str:
        """
        One sentence about a finding in a person's language; it never holds a value.

        Args:
            finding: Of `findings` or `repeated`.
            fields: Of the same record.
            language: en or sw; English stands in for a sentence that is missing.
        """
        rule = next(rule for rule in self.rules if rule.id == finding.rule)
        named = [self.form.fields[n] for n in finding.fields if n in self.form.fields]
        labels = [_in_language(field.label, language) for field in named]
        rows = [field.row for field in named if field.row]
        return _in_language(rule.message, language).format(
            label=labels[0] if labels else "",
            other=labels[1] if len(labels) > 1 else "",
            row=rows[0] if rows else "",
        )

    def repeated(
        self, records: Sequence[Mapping[str, FieldReading]]
    ) -> dict[int, tuple[Finding, ...]]:
        """What stands twice in a batch though it must not: findings by index of the record."""
        found: dict[int, list[Finding]] = {}
        for rule in self.rules:
            if not isinstance(rule, UniqueInBatch):
                continue
            seen: dict[tuple[str, ...], list[int]] = {}
            for index, fields in enumerate(records):
                values = [fields[n].value if n in fields else None for n in rule.fields]
                if None not in values:
                    seen.setdefault(tuple(str(v).casefold() for v in values), []).append(index)
            for index in (i for same in seen.values() if len(same) > 1 for i in same):
                finding = Finding(rule.id, rule.severity, tuple(rule.fields))
                found.setdefault(index, []).append(finding)
        return {index: tuple(findings) for index, findings in found.items()}

    def _found(self, rule: Rule, base: Answers) -> Iterator[Finding | None]:
        function = (self.checks or {}).get(rule.id)
        names = _all_names(rule, function)
        for answers in _rows(names, base):
            whole = [full for name in names for full in expand(answers.full(name), answers)]
            if not all(answers.is_read(name) for name in whole) or not rule.applies(answers):
                continue
            if function is not None and not function.holds(answers):
                blamed = [answers.full(n) for n in function.blames] or [
                    n for n in whole if n != TODAY and not answers.is_blank(n)
                ]
                yield Finding(rule.id, rule.severity, tuple(blamed))
            elif function is None and not rule.holds(answers):
                yield Finding(rule.id, rule.severity, tuple(rule.blames(answers)))


def load_rules(root: Path, form: Form) -> RuleBook:
    """
    Read a form's rules; a form without rules has an empty book.

    Args:
        root: Folder that holds `validators/`.
        form: Whose fields the rules may name.

    Raises:
        TemplateError: A rule is wrong, names a field that the form does not ask, or has no
            function; the message says file, line and cure.
    """
    file = root / "validators" / form.name / "rules.yaml"
    if not file.is_file():
        return RuleBook(form)
    rules = tuple(read_model(file, RuleFile).root)
    checks = _load_checks(file.parent / "checks.py", form.name)
    problems = [p for i, rule in enumerate(rules) for p in _problems(rule, i, rules, checks, form)]
    lines = [f"{file}, line {line_of(file, (i,))}: rule {rules[i].id}: {p}" for i, p in problems]
    known = {rule.id for rule in rules if isinstance(rule, Check)}
    lines += [
        f"{file.parent / 'checks.py'}: check {name} has no rule. "
        f"Add an entry of kind check with that id to {file.name}."
        for name in checks
        if name not in known
    ]
    if lines:
        raise TemplateError("\n".join(lines))
    return RuleBook(form, rules, checks)


def _load_checks(file: Path, form: str) -> dict[str, CheckFunction]:
    """Run checks.py as a module of its own; packs are trusted like code."""
    if not file.is_file():
        return {}
    name = f"cpims_scan._packs.{form}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise TemplateError(f"{file}: is not a Python file. Name it checks.py.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (SyntaxError, ImportError, NameError) as error:
        raise TemplateError(f"{file}: cannot be loaded: {error}. Mend it there.") from error
    return {found.rule: found for found in _functions(module)}


def _functions(module: ModuleType) -> list[CheckFunction]:
    return [item for item in vars(module).values() if isinstance(item, CheckFunction)]


def _problems(
    rule: Rule,
    index: int,
    rules: tuple[Rule, ...],
    checks: Mapping[str, CheckFunction],
    form: Form,
) -> Iterator[tuple[int, str]]:
    """What is wrong with one rule beyond the words of the format."""
    if any(earlier.id == rule.id for earlier in rules[:index]):
        yield index, "this id stands twice. Give one of them a new id."
    if isinstance(rule, Check) and rule.id not in checks:
        yield index, f'checks.py has no function with @check("{rule.id}", ...). Add it.'
    for name in _all_names(rule, checks.get(rule.id)):
        if name != TODAY and not _matching(name, form):
            near = difflib.get_close_matches(name, _written_names(form), n=1)
            hint = f"Did you mean '{near[0]}'?" if near else "See form.yaml for the names."
            yield index, f"there is no field '{name}'. {hint}"
    for sentence in rule.message.values():
        for word in re.findall(r"\{(.*?)\}", sentence):
            if word not in PLACEHOLDERS:
                known = ", ".join(f"{{{p}}}" for p in sorted(PLACEHOLDERS))
                yield index, f"a message cannot say {{{word}}}. It can say {known}."


def _all_names(rule: Rule, function: CheckFunction | None) -> list[str]:
    """Every field a rule looks at, its conditions and its function included."""
    extra = function.fields if function else ()
    return list(dict.fromkeys([*rule.names(), *extra, *rule.when]))


def _rows(names: list[str], base: Answers) -> Iterator[Answers]:
    """The record once, or once a row of the table that the names stand in."""
    table = next((n.partition(".")[0] for n in names if ROW in n), None)
    if table is None:
        yield base
        return
    fields = base.edition.form.fields.values()
    for row in dict.fromkeys(f.row for f in fields if f.table == table and f.row):
        yield Answers(base.fields, base.edition, base.today, row)


def _matching(name: str, form: Form) -> list[str]:
    return fnmatch.filter(form.fields, name.replace(ROW, "*"))


def _written_names(form: Form) -> list[str]:
    return [*form.fields, *(f.pattern.replace("*", ROW) for f in form.fields.values() if f.table)]


def _in_language(text: Mapping[str, str], language: str) -> str:
    return text.get(language) or text["en"]
