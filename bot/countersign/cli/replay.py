"""`countersign replay`: quarantined records, fed back after a fix."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from countersign.cli.exits import BLOCKED, stop
from countersign.cli.guard_options import contract_options, contracts, table

if TYPE_CHECKING:
    from countersign.guard.replay import Outcome, Sink
    from countersign.guard.store import Store

_TABLE = "iceberg:"


@click.command(name="replay")
@click.argument("quarantine", metavar="DIRECTORY", type=click.Path(path_type=Path))
@click.option("--to", required=True, metavar="DIRECTORY|iceberg:CATALOG/TABLE", help="Files of NDJSON, or a table that pyiceberg knows.")
@contract_options
def command(quarantine: Path, to: str, contract: str, dataset: str, bot_url: str, bot_key: str) -> None:
    """Feed back what a guard set aside in DIRECTORY and fulfils the contract now; the rest stays.

    Each record goes out once, however often this is run and wherever it is cut short. Messages are JSON.

    \b
    Ends with 0 if nothing is left in quarantine,
              1 if some records still break the contract, or are damaged,
              2 if nothing could be replayed.

    \b
    Example:
      countersign replay /var/lib/guard/orders --contract orders.odcs.yaml --to replayed/
    """
    from countersign.guard.iceberg import Crowded, MovedBack
    from countersign.guard.messages import compile_json
    from countersign.guard.published import NoContract
    from countersign.guard.replay import CannotReplay, replay
    from countersign.guard.store import Store, StoreTrouble
    from countersign.guard.versions import InForce

    try:
        store = Store(quarantine, create=False)
        in_force = InForce(contracts(contract, bot_url, bot_key, quarantine).load(), dataset, compile_json)
        outcome = replay(store, in_force, _sink(store, to))
    except (NoContract, StoreTrouble, CannotReplay, OSError) as trouble:
        stop(str(trouble))
    except (Crowded, MovedBack) as trouble:
        stop(str(trouble), "Run it again: what is there already does not go out twice.")
    click.echo(_text(outcome, to))
    if outcome.bad or outcome.damaged:
        raise SystemExit(BLOCKED)


def _sink(store: Store, to: str) -> Sink:
    from countersign.guard.sinks import Files, Table

    if not to.startswith(_TABLE):
        return Files(Path(to))
    return Table(table(to.removeprefix(_TABLE)), to.removeprefix(_TABLE), store.identity)


def _text(outcome: Outcome, to: str) -> str:
    lines = [f"{outcome.replayed:,} records went to {to}."]
    if outcome.again:
        lines.append(f"{outcome.again:,} of them were on their way when an earlier replay was cut short.")
    if outcome.bad:
        lines.append(f"{outcome.bad:,} still break the contract and stay: `countersign quarantine list` shows why.")
    if outcome.damaged:
        numbers = ", ".join(map(str, outcome.damaged[:10]))
        lines.append(f"{len(outcome.damaged):,} are not as they were written and stay: {numbers}. Read them again from their source.")
    return "\n".join(lines)
