"""Folders are private, and on a disk that keeps SQLite's locks."""

from __future__ import annotations

from pathlib import Path

import pytest

from cpims_scan.errors import StoreError
from cpims_scan.store.database import open_database
from cpims_scan.store.folders import kind_in, kind_of, make_private, refuse_network_folder

MOUNTS = """\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
40 22 0:40 / /srv/scans rw - cifs //copier/scans rw
41 22 0:41 / /mnt/county\\040office rw - nfs4 host:/x rw
42 40 0:42 / /srv/scans/local rw - xfs /dev/vdb rw
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/clerk", "ext4"),
        ("/srv/scans/march", "cifs"),
        ("/srv/scans/local/work", "xfs"),
        ("/srv/scansheets", "ext4"),
        ("/mnt/county office/w", "nfs4"),
    ],
)
def test_kind_in__longest_mount_point_wins(folder: str, kind: str) -> None:
    """A folder belongs to the mount that holds it most closely."""
    assert kind_in(MOUNTS, Path(folder)) == kind


def test_refuse_network_folder__names_the_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A share is refused with what to do instead."""
    table = tmp_path / "mountinfo"
    table.write_text(f"22 1 0:1 / {tmp_path} rw - nfs4 host:/x rw\n")
    monkeypatch.setattr("cpims_scan.store.folders.MOUNTS", table)

    with pytest.raises(StoreError, match=r"network share .nfs4.*PostgreSQL"):
        open_database(f"sqlite:///{tmp_path}/work.sqlite")


def test_refuse_network_folder__own_disk_is_fine(tmp_path: Path) -> None:
    """The folder of a test lies on this machine."""
    refuse_network_folder(tmp_path)


def test_kind_of__windows_share_by_name() -> None:
    """A share written with two strokes is one."""
    assert kind_of(Path("//server/scans")) == "smbfs"


def test_make_private__folder_that_is_a_file(tmp_path: Path) -> None:
    """A file in the way is one sentence."""
    (tmp_path / "room").write_text("x")

    with pytest.raises(StoreError, match="cannot be made"):
        make_private(tmp_path / "room" / "pages")
