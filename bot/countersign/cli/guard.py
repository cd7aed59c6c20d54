"""`countersign guard`: the guard on a Kafka topic, without a line of code."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from countersign.cli.exits import stop
from countersign.cli.guard_options import TOKEN, bot, contracts, encoded, encoding_options, kafka_trouble, table

if TYPE_CHECKING:
    from countersign.guard import Guard
    from countersign.guard.kafka import Outbound, Outlet, Runner
    from countersign.guard.kafka.settings import Settings
    from countersign.guard.messages import Encoding
    from countersign.model.report import Report


@click.group(name="guard")
def command() -> None:
    """The guard on a Kafka topic: hold its records to a contract, and try a halted partition again."""


def _options(function: Any) -> Any:
    """What both commands need to find the topic."""
    for option in (
        click.option("--group", metavar="NAME", help="The consumer group.  [default: countersign-guard.TOPIC]"),
        click.option("--topic", help="What is read."),
        click.option("--bootstrap-servers", metavar="HOST:PORT,…", help="Where the brokers are."),
        click.option(
            "--config",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="YAML with these options (`bootstrap_servers: …`) and more; see docs/guard.md.",
        ),
    ):
        function = option(function)
    return function


@command.command(name="run")
@_options
@click.option("--contract", metavar="FILE|ORG/REPO#ID", help="A file, or what the App at --bot answers for.")
@click.option("--dataset", help="Of a contract that has several.")
@encoding_options
@click.option("--directory", metavar="DIRECTORY", help="The guard's own: quarantine, reports on their way.")
@click.option("--forward", metavar="TOPIC", help="For good records.")
@click.option("--iceberg", metavar="CATALOG/TABLE", help="For good records, each exactly once; a table that pyiceberg knows.")
@click.option("--dead-letter", metavar="TOPIC", help="For bad records, instead of the directory's quarantine.")
@click.option("--mode", type=click.Choice(["observe", "quarantine", "halt"]), help="Of a contract in a file.  [default: observe]")
@click.option("--bot", envvar="COUNTERSIGN_BOT", show_envvar=True, help=f"The App that is reported to; its token is in {TOKEN}.")
@click.option("--bot-key", envvar="COUNTERSIGN_BOT_KEY", show_envvar=True, help="Its key, as /contracts/key says.")
def run(config: Path | None, **options: str | None) -> None:
    """Hold the records of a topic to a contract, until it is told to end (SIGTERM).

    Good records go on, bad ones are set aside, and a partition with too many of them waits, uncommitted, while the others go on. Run
    as many of it as the topic has partitions: they share the work. Secrets come from the environment: COUNTERSIGN_KAFKA_SASL_PASSWORD
    is librdkafka's `sasl.password`.

    What happens is told on standard output, a JSON object a line.

    \b
    Ends with 0 when it was told to,
              2 when it could not begin, or something could not be delivered. Nothing is lost: start it again.

    \b
    Example:
      countersign guard run --bootstrap-servers localhost:9092 --topic orders --contract orders.odcs.yaml \\
        --directory /var/lib/guard/orders --mode quarantine --forward orders.good
    """
    from confluent_kafka import KafkaException

    from countersign.guard import NoContract, StoreTrouble
    from countersign.guard.iceberg import Crowded
    from countersign.guard.kafka import NoControlTopic, Refused, Undelivered
    from countersign.guard.messages import SchemasAway

    settings = _settings(config, options)
    try:
        guard, runner = _guarded(settings)
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, lambda *_: runner.stop())
        runner.run()
        guard.close()  # its last counts go out
    except (NoContract, StoreTrouble, ValueError) as trouble:
        stop(str(trouble))
    except (Crowded, NoControlTopic, Refused, SchemasAway, Undelivered) as trouble:
        stop(str(trouble), "Nothing behind the last commit was lost. Start it again when that is put right.")
    except KafkaException as trouble:
        stop(*kafka_trouble(trouble))


@command.command(name="resume")
@_options
@click.option("--partition", type=click.IntRange(0), required=True, help="Its number.")
def resume(config: Path | None, partition: int, **options: str | None) -> None:
    """Have a halted partition tried again, by whichever process owns it.

    What already waits is delivered or set aside; the records written from now on are the canary: if they are good, all flows again.

    \b
    Example:
      countersign guard resume --bootstrap-servers localhost:9092 --topic orders --partition 3
    """
    from confluent_kafka import KafkaException

    from countersign.guard.kafka import Control, NoControlTopic, Undelivered
    from countersign.guard.kafka.settings import quiet_client

    settings = _settings(config, {"contract": "", "directory": "", **options})
    try:
        control = Control(settings.control_topic, quiet_client(settings, os.environ))
        control.wish(f"{settings.topic}/{partition}")
        control.close()
    except (NoControlTopic, Undelivered) as trouble:
        stop(str(trouble))
    except KafkaException as trouble:
        stop(*kafka_trouble(trouble))
    click.echo(f"Asked for. The process that owns partition {partition} tries it within a second; its log says how it went.")


def _settings(config: Path | None, options: Mapping[str, str | None]) -> Settings:
    from countersign.guard.kafka.settings import BadSettings, read

    try:
        given = {name: value for name, value in options.items() if value is not None}
        return read(config.read_text() if config else "", given)
    except (BadSettings, OSError, UnicodeDecodeError) as trouble:
        stop(f"{config or 'the options'}: {trouble}", "docs/guard.md lists what can be said.")


def _guarded(settings: Settings) -> tuple[Guard, Runner]:
    from countersign.guard import Guard
    from countersign.guard.kafka import Arrivals, ClientLog, Control, DeadLetters, Manifests, Outbound, Runner, Stream
    from countersign.guard.kafka.settings import client

    connection = {**client(settings, os.environ), **ClientLog(_line).options()}
    outbound = None
    if settings.forward or settings.dead_letter:
        outbound = Outbound(connection, transactional=settings.transactions)
    encoding = encoded(settings)
    guard = Guard(
        contracts(settings.contract, settings.bot, settings.bot_key, Path(settings.directory)),
        source=settings.source or f"kafka:{settings.topic}",
        directory=settings.directory,
        dataset=settings.dataset,
        entity=settings.entity,
        encoding=encoding.compile,
        runtime=settings.runtime,
        canary=settings.canary,
        quarantine=DeadLetters(settings.dead_letter, outbound) if settings.dead_letter and outbound else None,
        bot=bot(settings.bot),
        send=_told,
    )
    stream = Stream(
        topic=settings.topic,
        group=settings.consumer_group,
        client=connection,
        commit_seconds=settings.commit_seconds,
        tombstones=settings.tombstones,
    )
    manifests = Manifests(settings.totals.manifests, connection) if settings.totals and settings.totals.manifests else None
    runner = Runner(
        guard,
        stream,
        Control(settings.control_topic, connection),
        outlet=_outlet(settings, outbound, encoding),
        arrivals=Arrivals(settings.windows, manifests),
        transactions=outbound if settings.transactions else None,
        tell=_Log(guard),
    )
    return guard, runner


def _outlet(settings: Settings, outbound: Outbound | None, encoding: Encoding) -> Outlet:
    from countersign.guard.kafka import Iceberg, Nowhere, Topic

    if settings.forward and outbound is not None:
        return Topic(settings.forward, outbound)
    return Iceberg(table(settings.iceberg), encoding.decode) if settings.iceberg else Nowhere()


class _Log:
    """A JSON object a line. How the guard is comes along with how far it is."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def __call__(self, event: str, values: Mapping[str, Any]) -> None:
        import msgspec

        more = msgspec.to_builtins(self._guard.health()) | {"well": self._guard.health().well} if event == "health" else {}
        _line(event, {**values, **more})


def _line(event: str, values: Mapping[str, Any]) -> None:
    import msgspec

    line = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event, **values}
    click.echo(msgspec.json.encode(line))


def _told(report: Report) -> None:
    """A report as a line of the log: counts, paths and versions, never values."""
    import msgspec

    said = {name: getattr(report, name) for name in ("partition", "breaker", "trip", "reason", "counts", "enforced", "broken", "warnings")}
    line = {"at": report.at.isoformat(timespec="milliseconds"), "event": "report", **msgspec.to_builtins(said)}
    click.echo(msgspec.json.encode(line))
