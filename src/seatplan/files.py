"""Reading what people save, writing beside and moving into place."""

from __future__ import annotations

import codecs
import ctypes
import errno
import glob
import hashlib
import io
import os
import re
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Set
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from seatplan.errors import InputError

LARGEST_BYTES = 500_000_000  # of a file of text; the largest district in use has 30 MB in all
DEVICES = re.compile(r"CON|PRN|AUX|NUL|(COM|LPT)[0-9¹²³]")  # names that Windows keeps
MADE = b"2000-01-01T00:00:00Z"  # when every workbook and document of ours says it was made
OURS = (b"seatplan", b"folium", b"leaflet", b"Matplotlib")  # what a file that is ours bears


@dataclass
class Run:
    """What one run of a verb has read, and whether it may overwrite what is not seatplan's."""

    force: bool = False
    read: set[Path] = field(default_factory=set)
    written: set[Path] = field(default_factory=set)


RUN: ContextVar[Run | None] = ContextVar("RUN", default=None)


@contextmanager
def guard_files(*, force: bool = False) -> Iterator[None]:
    """Hold, while a verb runs, that no output is an input of it or a file of somebody else's.

    Parameters
    ----------
    force
        Overwrite files that seatplan did not write; an input stays safe all the same.
    """
    token = RUN.set(Run(force))
    try:
        yield
    finally:
        RUN.reset(token)


def note_input(path: Path) -> None:
    """Hold that a file was read, so that no output of this run takes its place."""
    if run := RUN.get():
        run.read.add(path.resolve())


def _check_target(draft: Path, path: Path) -> None:
    """Refuse to put `draft` where an input, or a file that is not ours, stands; InputError."""
    run = RUN.get()
    if run is None or draft.is_dir():
        return
    where = path.resolve()
    if where in run.read:
        raise InputError(f"{path}: is an input of this run; want another place to write to")
    if path.is_file() and where not in run.written and not run.force and not _is_ours(draft, path):
        raise InputError(
            f"{path}: seatplan did not write this file; want another place, or --force"
        )
    run.written.add(where)


def _is_ours(draft: Path, path: Path) -> bool:
    """Say whether a file looks like ours: empty, marked, or with the first line of the new one."""
    old = path.read_bytes()
    first = [content.split(b"\n", 1)[0] for content in (old, draft.read_bytes())]
    plain = path.suffix.lower() in (".csv", ".md", ".toml", ".json")
    if old.startswith(b"PK\x03\x04"):
        return _is_as_written(old)
    return not old or (plain and first[0] == first[1]) or any(mark in old for mark in OURS)


def _is_as_written(content: bytes) -> bool:
    """Say whether a workbook or document was made and last changed on the date that ours bear.

    Whoever saves it in an office programme moves the second date, and what was typed is kept.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            about = packed.read("docProps/core.xml")
    except (KeyError, zipfile.BadZipFile):
        return False
    dates = re.findall(rb"<dcterms:(?:created|modified)[^>]*>([^<]*)<", about)
    return bool(dates) and set(dates) == {MADE}


def read_text(path: Path, name: str = "") -> str:
    """Return the text of a file saved as UTF-8 (with or without BOM) or as GB 18030.

    Parameters
    ----------
    path
        The file.
    name
        What sentences call it; the file's own name where empty.

    Raises
    ------
    InputError
        Where the file is missing, cannot be opened, or is in neither encoding.
    """
    name = name or path.name
    if not path.exists():
        raise InputError(f"{name}: not found in {path.parent}; want this file there")
    if path.is_dir():
        raise InputError(f"{name}: is a folder; want a file")
    if not path.is_file():
        raise InputError(f"{name}: is a pipe or a device; want a plain file")
    if path.stat().st_size > LARGEST_BYTES:
        size = f"{path.stat().st_size / 1e6:,.0f} MB"
        raise InputError(f"{name}: {size}; want at most {LARGEST_BYTES / 1e6:,.0f} MB of text")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"{name}: cannot be read ({error.strerror}); want a readable file"
        ) from error
    note_input(path)
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise InputError(
            f"{name}: is an Excel or zip file under another name; save it as CSV (UTF-8) first"
        )
    return decode_text(content, name)


def decode_text(content: bytes, name: str) -> str:
    """Return bytes as text: UTF-8, UTF-16 that says so, else GB 18030; InputError where neither."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):  # Excel's "Unicode text"
        with suppress(UnicodeDecodeError):
            return content.decode("utf-16")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
        else:
            if "\0" in text:
                line = text.count("\n", 0, text.index("\0")) + 1
                break
            if encoding == "gb18030" and (other := _find_other_encoding(content)):
                row, found, rest = other
                raise InputError(
                    f"{name}: row {row}: {found}, where other rows are {rest}; save the whole file "
                    "as UTF-8"
                )
            if row := _find_garbled(text):
                raise InputError(
                    f"{name}: row {row}: no words of any language, as where a file is read in "
                    "another encoding and saved again; save the original as UTF-8"
                )
            return text
    raise InputError(f"{name}: row {line}: neither UTF-8 nor GB 18030 text; save it as UTF-8")


GARBLED = 0.05  # of the letters beyond ASCII, in the private area, where none has a meaning


def _find_garbled(text: str) -> int:
    """Find the first row of text that was decoded wrongly, here (Big5) or before; 0: none.

    Big5 read as GB 18030 has letters of the private use area; UTF-8 read as Latin-1 and saved as
    UTF-8 again can be turned back.
    """
    if text.isascii():
        return 0
    rows = [(number, row) for number, row in enumerate(text.splitlines(), 1) if not row.isascii()]
    private = [number for number, row in rows if any("\ue000" <= sign <= "\uf8ff" for sign in row)]
    letters = sum(ord(sign) > 0x7F for sign in text)
    if sum("\ue000" <= sign <= "\uf8ff" for sign in text) > GARBLED * letters:
        return private[0]
    for number, row in rows:
        for encoding in ("latin-1", "cp1252"):
            with suppress(UnicodeError):
                if any(ord(sign) > 0x7FF for sign in row.encode(encoding).decode("utf-8")):
                    return number
    return 0


def _find_other_encoding(content: bytes) -> tuple[int, str, str] | None:
    """Find the first row in the rarer of two encodings; None where a file is GB 18030 throughout.

    A row is UTF-8 where it decodes so and has a Chinese character (three bytes): GB 18030 text
    hardly ever does by chance.
    """
    rows: dict[str, list[int]] = {"UTF-8": [], "GB 18030": []}
    for number, line in enumerate(content.splitlines(), 1):
        try:
            if any(ord(sign) > 0x7FF for sign in line.decode("utf-8")):
                rows["UTF-8"].append(number)
        except UnicodeDecodeError:
            rows["GB 18030"].append(number)
    rare, common = sorted(rows, key=lambda name: len(rows[name]))
    return (rows[rare][0], rare, common) if rows[rare] else None


def hash_file(path: Path) -> str:
    """Return the sha256 of a file as 64 hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@contextmanager
def write_beside(path: Path) -> Iterator[Path]:
    """Yield a path beside `path` to write a file or folder to, moved into place at the end.

    Whoever looks at `path` sees the old content or the new, never a half; where the block raises,
    the old content stays and nothing is left beside it. Missing parent folders are made. A folder
    never gives way to a file (IsADirectoryError), nor a file to a folder (NotADirectoryError).

    >>> with tempfile.TemporaryDirectory() as room:
    ...     with write_beside(Path(room) / "a.txt") as draft:
    ...         _ = draft.write_text("whole")
    ...     (Path(room) / "a.txt").read_text()
    'whole'
    """
    _check_name(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep(path)
    prefix = f".{path.name[:80]}-{os.getpid()}-"
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=prefix) as room:
        draft = Path(room) / path.name
        with _name_target(path, Path(room)):
            yield draft
        _check_target(draft, path)
        _move_into_place(draft, path, Path(room) / "replaced")


@contextmanager
def _name_target(path: Path, room: Path) -> Iterator[None]:
    """Let what fails while a draft is written, such as a full disk, name what was to be written.

    GDAL and SQLite have errors of their own, which become an OSError.
    """
    try:
        yield
    except OSError as error:
        if error.filename is None or room in Path(str(error.filename)).parents:
            error.filename = str(path)
        raise
    except RuntimeError as error:
        if not type(error).__module__.startswith("pyogrio"):
            raise
        raise OSError(errno.EIO, f"cannot be written ({error})", str(path)) from error
    except sqlite3.OperationalError as error:
        raise OSError(errno.EIO, f"cannot be written ({error})", str(path)) from error


def _check_name(path: Path) -> None:
    """Refuse names that some system cannot hold; InputError."""
    name = path.name
    if len(name.encode()) > 200:
        raise InputError(f"{name[:40]}...: a name of {len(name)} letters; want at most 200 bytes")
    stem = name.partition(".")[0].rstrip().upper()
    if DEVICES.fullmatch(stem) or name.endswith((".", " ")) or any(ord(sign) < 32 for sign in name):
        raise InputError(f"{name!r}: is no name for a file on every system; want another")


def _sweep(path: Path) -> None:
    """Clear what a killed run left beside `path`; bring back what it had set aside."""
    for room in sorted(path.parent.glob(f".{glob.escape(path.name[:80])}-*-*")):
        owner = room.name.rsplit("-", 2)[1]
        if not room.is_dir() or not owner.isdecimal() or _is_running(int(owner)):
            continue
        if (room / "replaced").exists() and not path.exists():
            (room / "replaced").rename(path)
        shutil.rmtree(room, ignore_errors=True)


def _is_running(owner: int) -> bool:
    """Say whether a process is there; taken as there where the system does not tell."""
    if owner == os.getpid():
        return True
    try:
        os.kill(owner, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _move_into_place(draft: Path, path: Path, aside: Path) -> None:
    """Exchange `path` for `draft`; a folder that stands there moves aside first."""
    if draft.is_file() and path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if draft.is_dir() and path.is_file():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path))
    if not path.is_dir():
        draft.replace(path)
        return
    if _exchange(draft, path):
        return
    path.rename(aside)
    try:
        draft.rename(path)
    except OSError:
        aside.rename(path)
        raise


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step of the system, so that no kill falls between; False if not.

    Linux has `renameat2` with RENAME_EXCHANGE (renameat2(2)) on most file systems.
    """
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    return bool(rename(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0)


def write_text(path: Path, text: str, encoding: str = "utf-8") -> None:
    """Write `text` with line feeds, beside and moved into place."""
    with write_beside(path) as draft:
        draft.write_text(text, encoding, newline="\n")


def suggest(found: str, known: Iterable[str]) -> str:
    """Return "; did you mean X?" for the nearest of `known`, else all of them, a set in order.

    >>> suggest("base_yaer", ["base_year", "horizon"])
    '; did you mean base_year?'
    >>> suggest("colour", ["base_year", "horizon"])
    '; want one of base_year, horizon'
    """
    names = [str(name) for name in (sorted(known, key=str) if isinstance(known, Set) else known)]
    if near := get_close_matches(found, names, n=1, cutoff=0.7):
        return f"; did you mean {near[0]}?"
    shown = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    return f"; want one of {shown}" if names else ""
