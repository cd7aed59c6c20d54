"""What `countersign guard run` is told: by a file, by options, and secrets by the environment alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, get_args

import msgspec

from countersign.formats.violations import nearest
from countersign.guard.messages.encodings import Name
from countersign.guard.totals import Windows
from countersign.model.runtime import GuardMode, HaltOver, Runtime
from countersign.model.typed import converted

#: An environment variable of this beginning is an option of the Kafka client: COUNTERSIGN_KAFKA_SASL_PASSWORD is ``sasl.password``.
PREFIX = "COUNTERSIGN_KAFKA_"
_SECRET = ("password", "secret", "pem")
#: The settings that are one of a few words.
_WORDS: Mapping[str, tuple[str, ...]] = {"mode": tuple(GuardMode), "encoding": get_args(Name)}


class BadSettings(ValueError):
    """The message says what is wrong and what to write."""


class TotalsSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """As the producer's wrapper counts. seconds: of a window. grace: seconds that it waits for stragglers. manifests: the topic to which
    the wrapper sends its own counts, "" if it sends none."""

    seconds: int = 60
    grace: int = 30
    manifests: str = ""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """contract: a file, or what the App at ``bot`` answers for. group, source, control: by default named after the topic.

    forward: a topic for good records; iceberg: a table for them, ``CATALOG/NAMESPACE.TABLE``; neither: they stay where they are.
    entity: the fields by which rows are counted, the contract's primary key where nothing is said.
    dead_letter: a topic for bad records; none: the directory's quarantine. mode, halt_over: of a contract in a file; an App's come
    with the contract. encoding, schemas, message: as `guard.messages.encodings.encoding` takes them. transactions: an id for this
    process alone; then records and offsets are committed together. client: options of librdkafka, none of them a secret.
    """

    contract: str
    bootstrap_servers: str
    topic: str
    directory: str
    group: str = ""
    source: str = ""
    control: str = ""
    dataset: str = ""
    entity: str | None = None
    bot: str = ""
    bot_key: str = ""
    forward: str = ""
    iceberg: str = ""
    dead_letter: str = ""
    mode: GuardMode | None = None
    halt_over: HaltOver | None = None
    canary: int = 100
    totals: TotalsSettings | None = None
    encoding: Name = "json"
    schemas: str = ""
    message: str = ""
    tombstones: bool = False
    transactions: str = ""
    commit_seconds: float = 1.0
    client: dict[str, str | int | float | bool] = msgspec.field(default_factory=dict)

    @property
    def consumer_group(self) -> str:
        return self.group or f"countersign-guard.{self.topic}"

    @property
    def control_topic(self) -> str:
        return self.control or f"{self.consumer_group}.control"

    @property
    def runtime(self) -> Runtime | None:
        """None where nothing is said, so that an App's own counts."""
        if self.mode is None and self.halt_over is None:
            return None
        return Runtime(mode=self.mode or GuardMode.OBSERVE, halt_over=self.halt_over or HaltOver())

    @property
    def windows(self) -> Windows | None:
        if self.totals is None:
            return None
        return Windows(length=timedelta(seconds=self.totals.seconds), grace=timedelta(seconds=self.totals.grace))


def read(text: str, options: Mapping[str, Any]) -> Settings:
    """text: YAML, or "". options: those given on the command line, which count more. Raises `BadSettings`."""
    import yaml

    try:
        said = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise BadSettings(f"the file is no YAML: {error}") from None
    if not isinstance(said, dict):
        raise BadSettings("the file is no list of names and values: write `topic: orders`, a line each")
    given = {**said, **options}
    _known(given)
    try:
        settings = converted(Settings, given)
    except msgspec.ValidationError as error:
        raise BadSettings(str(error).replace("`$.", "`")) from None
    if settings.forward and settings.iceberg:
        raise BadSettings("good records go to one place: give `forward` or `iceberg`")
    if settings.transactions and settings.iceberg:
        raise BadSettings("`transactions` is for topics; the table needs none to take each record once")
    for name in settings.client:
        if name.endswith(_SECRET):
            variable = PREFIX + name.replace(".", "_").upper()
            raise BadSettings(f"`client` holds a secret, {name}, which does not belong in a file: give it in {variable}")
    return settings


def _known(given: Mapping[Any, Any]) -> None:
    """What people get wrong most is told in their words, not a decoder's."""
    fields = msgspec.structs.fields(Settings)
    names = [one.name for one in fields]
    for name in given:
        if name not in names:
            raise BadSettings(f"there is no setting `{name}`{nearest(str(name), names)}")
    missing = [one.name for one in fields if one.required and one.name not in given]
    if missing:
        options = ", ".join(f"--{name.replace('_', '-')}" for name in missing)
        raise BadSettings(f"not given: {', '.join(f'`{name}`' for name in missing)}. Write it in the file, or as an option: {options}")
    for name, words in _WORDS.items():
        if name in given and given[name] not in words:
            raise BadSettings(f"`{name}` is `{given[name]}`; it can be {', '.join(words)}{nearest(str(given[name]), words)}")


def client(settings: Settings, environment: Mapping[str, str]) -> dict[str, Any]:
    """The configuration of confluent-kafka."""
    secret = {name.removeprefix(PREFIX).lower().replace("_", "."): value for name, value in environment.items() if name.startswith(PREFIX)}
    return {"bootstrap.servers": settings.bootstrap_servers, **settings.client, **secret}


def quiet_client(settings: Settings, environment: Mapping[str, str]) -> dict[str, Any]:
    """The same for a command that a person waits for, which says itself what went wrong."""
    return {"log_level": 0, **client(settings, environment)}
