"""Map sheets drawn in a process of their own, while this one writes the rest of a report.

The process loads what it needs while the district is read, and draws each sheet as soon as it is
told what that shows. It is spawned, as Windows asks, and ends with the block that opened it,
whatever ends that. Where it cannot be had, or dies, the sheets are drawn here; the bytes are the
same.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue

from seatplan.memory import collect_seldom
from seatplan.report.sheets.painting import Series, paint_series
from seatplan.report.sheets.subjects import Subject

LOG = logging.getLogger(__name__)
Images = Callable[[], list[bytes]]


@contextmanager
def open_aside() -> Iterator[Connection | None]:
    """Give a line to a process that draws map sheets; None where none can be begun.

    The main module of the program must be safe to import, as for any process that is spawned.
    """
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there,), daemon=True)
    try:
        with _uninterrupted():
            process.start()
    except OSError as error:
        LOG.warning("no second process: %s", error)
        yield None
        return
    there.close()
    try:
        yield here
    finally:
        process.terminate()
        process.join()
        here.close()


def begin_series(aside: Connection | None, series: Series, atlas: Path) -> tuple[Series, Images]:
    """Begin to draw sheets, and write `atlas`; return the series, and what waits for its pictures.

    Its subjects are told one by one, as they are found.
    """
    aside = _tell(aside, (replace(series, subjects=()), atlas))
    found = []
    for subject in series.subjects:
        found.append(subject)
        aside = _tell(aside, subject)
    aside = _tell(aside, None)
    whole = replace(series, subjects=tuple(found))
    return whole, lambda: _collect(aside, whole, atlas)


def _tell(aside: Connection | None, told: object) -> Connection | None:
    """Tell the process something; return the line to it, None where it is gone."""
    if aside is not None:
        try:
            aside.send(told)
        except OSError:
            return None
    return aside


def _collect(aside: Connection | None, series: Series, atlas: Path) -> list[bytes]:
    """Wait for the pictures; draw them here where the process cannot."""
    if aside is not None:
        try:
            found: list[bytes] | Exception = aside.recv()
        except (EOFError, OSError):
            LOG.warning("the process that drew the map sheets ended; they are drawn anew")
        else:
            if isinstance(found, Exception):
                raise found
            return found
    return paint_series(series, atlas)


def _serve(line: Connection) -> None:
    """Draw what is asked for on the other end of a line, once."""
    collect_seldom()
    told: SimpleQueue[Subject | Exception | None] = SimpleQueue()
    series, atlas = line.recv()
    threading.Thread(target=_listen, args=(line, told), daemon=True).start()
    try:
        line.send(paint_series(replace(series, subjects=_take(told)), atlas))
    except Exception as error:  # told where it was asked for
        line.send(error)


def _listen(line: Connection, told: SimpleQueue[Subject | Exception | None]) -> None:
    """Take in what is told, so that who tells it never waits for a sheet to be drawn."""
    try:
        for subject in iter(line.recv, None):
            told.put(subject)
        told.put(None)
    except (EOFError, OSError) as error:
        told.put(error)


def _take(told: SimpleQueue[Subject | Exception | None]) -> Iterator[Subject]:
    """Yield subjects as they come; raise what ended the line."""
    while (subject := told.get()) is not None:
        if isinstance(subject, Exception):
            raise subject
        yield subject


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let a process that is begun here ignore Ctrl-C, which ends this one, and it with it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    held = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, held)
