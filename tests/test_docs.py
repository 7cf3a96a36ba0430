"""What the README says of the commands is what the program has; every option explains itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from cpims_scan.commands.app import app

README = Path(__file__).parents[1] / "README.md"


def commands(node: object, words: tuple[str, ...] = ()) -> Iterator[tuple[str, object]]:
    """Every command with its words, depth first; groups are no commands."""
    inner = getattr(node, "commands", None)
    if inner is None:
        yield " ".join(words), node
        return
    for name, child in inner.items():
        yield from commands(child, (*words, name))


COMMANDS = dict(commands(typer.main.get_command(app)))


def named_in_readme() -> set[str]:
    """Commands in the first column of the README's table."""
    table = README.read_text(encoding="utf-8").split("## Commands")[1].split("\n## ")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return {word for cell in cells for word in re.findall(r"`([^`]+)`", cell)}


@pytest.mark.parametrize("name", COMMANDS)
def test_readme__names_the_command(name: str) -> None:
    """Every command and sub-command stands in the table of commands."""
    assert name in named_in_readme()


def test_readme__names_no_command_that_is_not_there() -> None:
    """The table promises nothing that the program lacks."""
    assert named_in_readme() <= set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_command__explains_itself_and_every_option(name: str) -> None:
    """The command, its options and its arguments have a sentence of help."""
    command = COMMANDS[name]
    silent = [p.name for p in getattr(command, "params", []) if not getattr(p, "help", "")]

    assert getattr(command, "help", "")
    assert [option for option in silent if option != "help"] == []
