"""A real PostgreSQL server for tests, started by the tests themselves and thrown away after."""

from __future__ import annotations

import atexit
import functools
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

PROGRAMS = "/usr/lib/postgresql/*/bin"  # where Debian and its kin keep them
READY_WITHIN_SECONDS = 30.0
NUMBERS = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Server:
    """A running server that listens on a socket in `folder` and on nothing else."""

    folder: Path
    programs: Path
    process: subprocess.Popen[bytes]

    def url(self, name: str) -> str:
        """SQLAlchemy URL of one of its databases."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def new_database(self, template: str = "template1") -> str:
        """Make an empty database, or a copy of `template`; returns its name."""
        name = f"test_{os.getpid()}_{next(NUMBERS)}"
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
        engine.dispose()
        return name


def postgres_server() -> Server:
    """The one server of this test run; the calling test skips where its programs are absent."""
    programs = sorted(Path("/").glob(PROGRAMS.lstrip("/")))
    if not programs:
        pytest.skip("PostgreSQL's server programs are not installed (apt install postgresql)")
    pytest.importorskip("psycopg", reason="the driver psycopg is not installed")
    return _start(programs[-1])


@functools.cache
def _start(programs: Path) -> Server:
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    options = _other_user(folder)
    data = folder / "data"
    make = f"{programs}/initdb -D {data} -U postgres --auth=trust --no-sync -E UTF8 --locale=C"
    subprocess.run(make.split(), check=True, capture_output=True, **options)
    # No TCP port, so that test runs beside each other never meet; a killed process loses
    # nothing without fsync, only a power cut would.
    settings = ["-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=60"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", folder, *settings],
            stdout=subprocess.DEVNULL,
            stderr=log,
            **options,
        )
    server = Server(folder, programs, process)
    atexit.register(_stop, server)
    _wait_until_ready(server)
    return server


def _other_user(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then it runs as its own user, who owns the folder."""
    if os.getuid() != 0:
        return {}
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        user = pwd.getpwnam("nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": folder}


def _wait_until_ready(server: Server) -> None:
    engine = create_engine(server.url("postgres"))
    until = time.monotonic() + READY_WITHIN_SECONDS
    while True:
        try:
            engine.connect().close()
            break
        except OperationalError:
            if time.monotonic() > until or server.process.poll() is not None:
                pytest.fail(f"PostgreSQL did not start: {(server.folder / 'log').read_text()}")
            time.sleep(0.05)
    engine.dispose()


def _stop(server: Server) -> None:
    server.process.send_signal(signal.SIGINT)  # a fast shutdown: it waits for no client
    try:
        server.process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.process.kill()
