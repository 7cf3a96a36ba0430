"""The program `cpims-scan`: its commands, and the one place where an error becomes an exit code."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from cpims_scan.commands import batch, cover, doctor, forms, office, people, read
from cpims_scan.errors import CpimsScanError, ExitCode
from cpims_scan.settings import Settings, load_settings

# Options that mean the same for every command may stand before or after it.
EVERYWHERE = ("--workspace", "--database", "--central", "--packs")
NO_WORD = "Name one of the commands above."
EVERYWHERE_ALONE = ("--verbose", "--no-verbose")

app = typer.Typer(
    name="cpims-scan",
    help="Read Kenya's child protection paper forms into the central database.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def everywhere(
    context: typer.Context,
    workspace: Annotated[
        Path | None, typer.Option(help="Folder of databases, pages and keys.")
    ] = None,
    database: Annotated[
        str | None, typer.Option(help="SQLAlchemy URL of the work database.")
    ] = None,
    central: Annotated[
        str | None, typer.Option(help="SQLAlchemy URL of the central database.")
    ] = None,
    packs: Annotated[
        Path | None, typer.Option(help="Folder with form_templates/ and validators/.")
    ] = None,
    verbose: Annotated[bool, typer.Option(help="Log every step to stderr.")] = False,
) -> None:
    """Options that mean the same for every command."""
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.INFO if verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    settings: Settings = load_settings(workspace, database, central, packs)
    context.obj = settings


read.add_to(app)
batch.add_to(app)
cover.add_to(app)
forms.add_to(app)
office.add_to(app)
people.add_to(app)
doctor.add_to(app)


def run() -> None:
    """Run the program and leave with the exit code of the contract."""
    sys.exit(main(sys.argv[1:]))


def main(arguments: list[str]) -> int:
    """Run one command; every failure is one sentence on stderr and the contract's exit code."""
    command = typer.main.get_command(app)
    try:
        done = command.main(args=_hoisted(arguments), prog_name="cpims-scan", standalone_mode=False)
    except TyperException as error:
        said = error.format_message().rstrip(". \n")
        _say(f"{said}. Type 'cpims-scan --help' for the words it knows." if said else NO_WORD)
        return ExitCode.WRONG_USE
    except CpimsScanError as error:
        _say(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        _say("Stopped. What was done is kept; the same command goes on where it stopped.")
        return ExitCode.STOPPED
    except BrokenPipeError:  # the reader of our output, such as `head`, has enough
        return ExitCode.DONE
    except OSError as error:  # what nobody nearer to the file turned into a sentence
        _say(f"{error.filename or 'A file'}: {error.strerror}. Check its name and its rights.")
        return ExitCode.BAD_INPUT
    if done == ExitCode.STOPPED:
        _say("Stopped. What was done is kept; the same command goes on where it stopped.")
    return done if isinstance(done, int) else ExitCode.DONE


def _say(message: str) -> None:
    sys.stderr.write(message.rstrip() + "\n")


def _hoisted(arguments: list[str]) -> list[str]:
    """Move the options of every command before the command, where the parser wants them."""
    front: list[str] = []
    rest: list[str] = []
    waiting = iter(arguments)
    for word in waiting:
        if word == "--":
            rest += [word, *waiting]
        elif word in EVERYWHERE:
            front += [word, *[value for value in [next(waiting, None)] if value is not None]]
        elif word in EVERYWHERE_ALONE or word.split("=")[0] in EVERYWHERE:
            front.append(word)
        else:
            rest.append(word)
    return front + rest
