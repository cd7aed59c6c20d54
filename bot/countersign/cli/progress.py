"""How far a long command is: a bar on a terminal, a line now and then in a log. On standard error, so that results stay alone."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

#: In a log there is a line for each so many hundredths.
_STEP = 25


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """To be told (what is being done, how many of how many are done)."""
    if not sys.stderr.isatty():
        yield _lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    shown = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*shown, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, int] = {}

        def told(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=of)
            bars.update(bars.task_ids[tasks[what]], completed=done, total=of)

        yield told


def _lines() -> Callable[[str, int, int], None]:
    last: dict[str, int] = {}

    def told(what: str, done: int, of: int) -> None:
        step = done * 100 // of // _STEP if of else 0
        if step > last.get(what, 0):
            last[what] = step
            click.echo(f"countersign: {what}: {done} of {of}", err=True)

    return told
