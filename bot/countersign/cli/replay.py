"""`countersign replay`: quarantined records, fed back after a fix."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from countersign.cli.exits import BLOCKED, stop
from countersign.cli.guard_options import contract_options, contracts, encoded, encoding_options, kafka_trouble, table

if TYPE_CHECKING:
    from countersign.guard.kafka.settings import Settings
    from countersign.guard.messages import Encoding
    from countersign.guard.replay import Outcome, Sink
    from countersign.guard.store import Store

_TABLE, _TOPIC = "iceberg:", "kafka:"


@click.command(name="replay")
@click.argument("quarantine", metavar="DIRECTORY", type=click.Path(path_type=Path))
@click.option(
    "--to",
    required=True,
    metavar="DIRECTORY|iceberg:CATALOG/TABLE|kafka:TOPIC",
    help="Files of NDJSON, a table that pyiceberg knows, or a topic.",
)
@click.option("--bootstrap-servers", metavar="HOST:PORT,…", help="For a topic: where the brokers are.")
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The file of `countersign guard run`: what the messages are written in and, for a topic, how the brokers are reached.",
)
@encoding_options
@contract_options
def command(
    quarantine: Path, to: str, config: Path | None, contract: str, dataset: str, bot_url: str, bot_key: str, **options: str | None
) -> None:
    """Feed back what a guard set aside in DIRECTORY and fulfils the contract now; the rest stays.

    Each record goes out once, however often this is run and wherever it is cut short; only a topic may get twice, with the same headers
    `countersign-source`, `-partition` and `-offset`, what was on its way just then. Say of Avro and Protobuf what the guard was told.

    \b
    Ends with 0 if nothing is left in quarantine,
              1 if some records still break the contract, or are damaged,
              2 if nothing could be replayed.

    \b
    Example:
      countersign replay /var/lib/guard/orders --contract orders.odcs.yaml --to replayed/
    """
    from countersign.guard.iceberg import Crowded, MovedBack
    from countersign.guard.kafka.producing import Undelivered
    from countersign.guard.messages import SchemasAway
    from countersign.guard.published import NoContract
    from countersign.guard.replay import CannotReplay, replay
    from countersign.guard.store import Store, StoreTrouble
    from countersign.guard.versions import InForce

    settings = _settings(config, to, options)
    encoding = encoded(settings)
    try:
        store = Store(quarantine, create=False)
        in_force = InForce(contracts(contract, bot_url, bot_key, quarantine).load(), dataset, encoding.compile)
        outcome = replay(store, in_force, _sink(store, to, settings, encoding))
    except (NoContract, StoreTrouble, CannotReplay, OSError) as trouble:
        stop(str(trouble))
    except SchemasAway as trouble:
        stop(str(trouble), "What is not replayed stays. Run it again when the schemas can be had.")
    except (Crowded, MovedBack, Undelivered) as trouble:
        stop(str(trouble), "Run it again: what is on its way goes first.")
    click.echo(_text(outcome, to))
    if outcome.bad or outcome.damaged:
        raise SystemExit(BLOCKED)


def _settings(config: Path | None, to: str, options: Mapping[str, str | None]) -> Settings:
    """As the guard's own, of which a replay needs the encoding and, to a topic, the brokers."""
    from countersign.guard.kafka.settings import BadSettings, read

    topic = to.startswith(_TOPIC)
    given = {name: value for name, value in options.items() if value is not None}
    unasked = {"contract": "", "directory": "", "topic": to.removeprefix(_TOPIC)} | ({} if topic else {"bootstrap_servers": ""})
    try:
        return read(config.read_text() if config else "", {**given, **unasked})
    except (BadSettings, OSError, UnicodeDecodeError) as trouble:
        remedy = "Say where the brokers are with --bootstrap-servers, or in the file." if topic else "docs/guard.md lists what can be said."
        stop(f"{config or 'the options'}: {trouble}", remedy)


def _sink(store: Store, to: str, settings: Settings, encoding: Encoding) -> Sink:
    from countersign.guard.sinks import Files, Table

    if to.startswith(_TABLE):
        return Table(table(to.removeprefix(_TABLE)), to.removeprefix(_TABLE), store.identity, encoding.decode)
    return _topic(settings) if to.startswith(_TOPIC) else Files(Path(to), json=settings.encoding == "json")


def _topic(settings: Settings) -> Sink:
    from confluent_kafka import KafkaException

    from countersign.guard.kafka import Outbound
    from countersign.guard.kafka.settings import quiet_client
    from countersign.guard.sinks import Topic

    try:
        return Topic(settings.topic, Outbound(quiet_client(settings, os.environ)))
    except KafkaException as trouble:
        stop(*kafka_trouble(trouble))


def _text(outcome: Outcome, to: str) -> str:
    lines = [f"{outcome.replayed:,} record{'' if outcome.replayed == 1 else 's'} went to {to}."]
    if outcome.again:
        lines.append(f"{outcome.again:,} of them were on their way when an earlier replay was cut short.")
    if outcome.bad:
        stay = "1 still breaks the contract and stays" if outcome.bad == 1 else f"{outcome.bad:,} still break the contract and stay"
        lines.append(f"{stay}: `countersign quarantine list` shows why.")
    if outcome.damaged:
        numbers = ", ".join(map(str, outcome.damaged[:10]))
        lines.append(f"{len(outcome.damaged):,} are not as they were written and stay: {numbers}. Read them again from their source.")
    return "\n".join(lines)
