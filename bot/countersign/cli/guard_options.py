"""What commands of the guard share: where a contract comes from."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from countersign.cli.exits import stop

if TYPE_CHECKING:
    from confluent_kafka import KafkaException

    from countersign.guard.bot import Bot
    from countersign.guard.iceberg import IcebergSink
    from countersign.guard.kafka.settings import Settings
    from countersign.guard.messages import Encoding
    from countersign.guard.published import Contracts

#: The environment's variable that holds the guard's token: never an option, which everybody on the machine could read.
TOKEN = "COUNTERSIGN_GUARD_TOKEN"  # noqa: S105 - a variable's name
_F = TypeVar("_F", bound=Callable[..., Any])


def contract_options(command: _F) -> _F:
    """--contract, --dataset, --bot and --bot-key."""
    for option in (
        click.option("--bot-key", envvar="COUNTERSIGN_BOT_KEY", show_envvar=True, default="", help="Its key, as /contracts/key says."),
        click.option("--bot", "bot_url", envvar="COUNTERSIGN_BOT", show_envvar=True, default="", help=f"The App; its token is in {TOKEN}."),
        click.option("--dataset", default="", help="Of a contract that has several."),
        click.option("--contract", required=True, metavar="FILE|ORG/REPO#ID", help="A file, or what the App at --bot answers for."),
    ):
        command = option(command)
    return command


#: As `guard.messages.encodings.Name`, which a test compares: importing it would slow down `--help`.
ENCODINGS = ("json", "avro", "avro-framed", "protobuf", "protobuf-framed")


def encoding_options(command: _F) -> _F:
    """--encoding, --schemas and --message; None where they are not given."""
    for option in (
        click.option("--message", metavar="NAME", help="Of Protobuf: the type's full name, acme.orders.Order."),
        click.option(
            "--schemas",
            metavar="FILE|DIRECTORY|URL",
            help="Of Avro: the writer's schema, or where framed messages' schemas are by number. Of Protobuf: the file of descriptors.",
        ),
        click.option("--encoding", type=click.Choice(ENCODINGS), help="Of the messages.  [default: json]"),
    ):
        command = option(command)
    return command


def encoded(settings: Settings) -> Encoding:
    """Ends with code 2 where it cannot be."""
    from countersign.guard.messages import BadEncoding, encoding

    try:
        return encoding(settings.encoding, settings.schemas, settings.message, os.environ)
    except BadEncoding as trouble:
        stop(f"{trouble}.", "docs/guard.md says what each encoding needs.")


def bot(url: str) -> Bot | None:
    """None where no App is named."""
    from countersign.guard.bot import Bot

    try:
        return Bot(url, os.environ.get(TOKEN, "")) if url else None
    except ValueError as trouble:
        stop(str(trouble), f"The token is read from {TOKEN}.")


def contracts(contract: str, url: str, key: str, cache: Path) -> Contracts:
    """cache: the directory that keeps what the App answered. Ends with code 2 where it cannot be."""
    from countersign.guard.published import ContractFile
    from countersign.guard.signed import ContractFromBot

    if not url and "#" in contract and not Path(contract).exists():
        stop(f"{contract} is no file here.", "If it is a contract of the App, say with --bot where the App is.")
    if not url or Path(contract).is_file():
        return ContractFile(contract)
    app = bot(url)
    assert app is not None
    try:
        return ContractFromBot(app, contract, keys=[one for one in key.split(",") if one], cache=cache / "contract.json")
    except ValueError as trouble:
        stop(str(trouble), "Give the App's public key with --bot-key.")


def kafka_trouble(trouble: KafkaException) -> tuple[str, str]:
    """For `stop`: what Kafka's client says, and what to do."""
    from confluent_kafka import KafkaError

    error = trouble.args[0]
    if error.code() == KafkaError._INVALID_ARG:
        return f"Kafka's client does not start: {error.str()}", "`client` and COUNTERSIGN_KAFKA_… take options of librdkafka, by its names."
    return f"Kafka: {error.str()}", "Nothing behind the last commit was lost. Start it again when that is put right."


def table(name: str) -> IcebergSink:
    """name: ``CATALOG/NAMESPACE.TABLE``. Ends with code 2 where there is no such table."""
    try:
        from pyiceberg.catalog import load_catalog
        from pyiceberg.exceptions import NoSuchTableError
    except ImportError:
        stop("pyiceberg is not installed.", "pip install 'pyiceberg[sql-sqlite]' pyarrow, or with the extra of your catalog.")
    from countersign.guard.iceberg import IcebergSink

    catalog, _, inside = name.partition("/")
    try:
        return IcebergSink(load_catalog(catalog).load_table(inside))
    except (ValueError, NoSuchTableError) as trouble:
        stop(f"{name} is no table: {trouble}", "Write it as CATALOG/NAMESPACE.TABLE, with a catalog of pyiceberg's configuration.")
