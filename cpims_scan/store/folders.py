"""Folders that only this program's user may enter, on a disk that keeps SQLite's locks."""

from __future__ import annotations

from pathlib import Path

from cpims_scan.errors import StoreError

# SQLite's own advice (sqlite.org/whentouse.html, sqlite.org/wal.html): all processes on one host.
NETWORK = frozenset(
    [
        *("nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "ncpfs", "afs", "ceph", "davfs"),
        *("fuse.sshfs", "fuse.davfs", "fuse.davfs2", "fuse.glusterfs", "fuse.rclone"),
        "fuse.smbnetfs",
    ]
)
PRIVATE_FOLDER = 0o700
MOUNTS = Path("/proc/self/mountinfo")  # Linux; proc(5)


def make_private(folder: Path) -> Path:
    """
    Make a folder, and those above it that are missing, for this user alone.

    Raises:
        StoreError: It cannot be made.
    """
    try:
        missing = [path for path in (folder, *folder.parents) if not path.exists()]
        for path in reversed(missing):  # `parents=True` would give these the usual rights
            path.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder}: the folder cannot be made: {error.strerror}.") from error
    return folder


def refuse_network_folder(folder: Path) -> None:
    """
    Refuse a folder that another machine serves.

    Raises:
        StoreError: The folder is on a network share.
    """
    kind = kind_of(folder)
    if kind in NETWORK:
        raise StoreError(
            f"{folder}: this folder is a network share ({kind}), where a SQLite database gets "
            "damaged. Put the workspace on this machine's own disk, or use PostgreSQL."
        )


def kind_of(folder: Path) -> str:
    """File system type of a folder, "" where the system does not tell."""
    if str(folder).startswith(("\\\\", "//")):
        return "smbfs"  # a Windows share by its name
    if not MOUNTS.exists():
        return ""
    return kind_in(MOUNTS.read_text(encoding="utf-8", errors="replace"), folder.resolve())


def kind_in(mountinfo: str, folder: Path) -> str:
    """
    File system type of a folder according to the text of mountinfo.

    The longest mount point that holds the folder wins; of two at one place the later one,
    which lies on top.
    """
    best, kind = -1, ""
    for line in mountinfo.splitlines():
        before, _, after = line.partition(" - ")
        words, rest = before.split(" "), after.split(" ")
        if len(words) < 5 or not rest[0]:
            continue
        point = Path(_unescaped(words[4]))
        if folder.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), rest[0]
    return kind


def _unescaped(text: str) -> str:
    for code, sign in ((r"\040", " "), (r"\011", "\t"), (r"\012", "\n"), (r"\134", "\\")):
        text = text.replace(code, sign)
    return text
