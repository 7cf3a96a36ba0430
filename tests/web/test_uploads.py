"""Pages sent by a county office: kept for the workers, receipted file by file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.web.conftest import place_of, sign_in, token

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF\n"


@pytest.fixture
def office(own_client: TestClient) -> TestClient:
    """The desk with the county office of 012."""
    return sign_in(own_client, "juma")


def send(desk: TestClient, files: list[tuple[str, bytes]], **said: str) -> Any:
    """Send files as the upload page does."""
    data = {"csrf": token(desk, "/upload"), "month": "2016-02", "office": "012", **said}
    return desk.post("/upload", data=data, files=[("files", f) for f in files])


def test_upload__keeps_the_file_for_a_worker_and_reads_nothing(office: TestClient) -> None:
    """A request enqueues: the bytes wait in the inbox with what was said about them."""
    send(office, [("march.pdf", PDF)], sheets="7")

    parcel = _parcels(office)[0]
    about = json.loads((parcel / "about.json").read_text())
    assert about["context"] | {"officer": None} == {
        "office": "012",
        "month": "2016-02",
        "officer": None,
        "sheets_expected": 7,
    }
    assert (parcel / "0000").read_bytes() == PDF


def test_receipt__names_every_file_and_why_one_was_not_taken(office: TestClient) -> None:
    """A text file and an empty file are refused in words; the good one is taken."""
    files = [("a.pdf", PDF), ("b.txt", b"hello"), ("c.pdf", b"")]

    text = send(office, files).text

    assert "1 file was received." in text
    assert "2 files were not taken." in text
    assert "This file is not a PDF or a picture" in text
    assert "The file is empty." in text


def test_receipt__hostile_name_is_shown_escaped_and_never_a_path(office: TestClient) -> None:
    """What a sender calls a file is only ever text."""
    text = send(office, [("../../<b>evil</b>.pdf", PDF)]).text

    assert "<b>evil" not in text
    assert [file.name for file in _parcels(office)[0].iterdir()] != []
    assert not list(place_of(office).settings.workspace.parent.glob("*evil*"))


def test_upload__for_another_office_is_refused(office: TestClient) -> None:
    """The office is fixed by the role; a forged one is refused."""
    answer = send(office, [("a.pdf", PDF)], office="047")

    assert answer.status_code == 422
    assert _parcels(office) == []


@pytest.mark.parametrize("month", ["2016", "2016-13", "16-02", ""])
def test_upload__needs_a_month(office: TestClient, month: str) -> None:
    """A stack without its month cannot be filed."""
    answer = send(office, [("a.pdf", PDF)], month=month)

    assert answer.status_code == 422
    assert "Write the month" in answer.text


def test_upload__without_a_file_says_so(office: TestClient) -> None:
    """Send with nothing chosen tells what to do."""
    assert "No file was chosen." in send(office, []).text


def test_upload__shows_the_one_office_as_text(office: TestClient) -> None:
    """Somebody of one office does not choose it."""
    assert '<input type="hidden" name="office" value="012">' in office.get("/upload").text


def test_upload__batch_is_in_the_list_of_its_office(office: TestClient) -> None:
    """The batch is there at once, before a worker has looked at it."""
    send(office, [("a.pdf", PDF)])

    assert "B-0002" in office.get("/batches").text


def _parcels(office: TestClient) -> list[Path]:
    inbox = place_of(office).settings.workspace / "inbox"
    return sorted(p for p in inbox.glob("*") if p.is_dir())
