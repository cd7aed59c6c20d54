"""The settings of the App, shared by the commands that speak to GitHub. Secrets come from files, never from arguments."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from countersign import RULES_URL
from countersign.cli.exits import stop
from countersign.cli.telling_options import telling

if TYPE_CHECKING:
    from countersign.bootstrap import AppSettings

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

_OPTIONS = [
    click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        default="countersign-data",
        show_default=True,
        help="Where mirrors and the SQLite file are kept.",
    ),
    click.option("--app-id", type=int, envvar="COUNTERSIGN_APP_ID", show_envvar=True, required=True, help="From the App's page on GitHub."),
    click.option(
        "--private-key-file",
        type=_FILE,
        envvar="COUNTERSIGN_PRIVATE_KEY_FILE",
        show_envvar=True,
        required=True,
        help="The App's private key, a PEM file.",
    ),
    click.option(
        "--webhook-secret-file",
        type=_FILE,
        envvar="COUNTERSIGN_WEBHOOK_SECRET_FILE",
        show_envvar=True,
        required=True,
        help="The webhook's secret; while it is being replaced both, a line each.",
    ),
    click.option(
        "--writer-app-id",
        type=int,
        envvar="COUNTERSIGN_WRITER_APP_ID",
        show_envvar=True,
        default=0,
        help="The second, optional App, which may write contents: it makes the tags that a policy asks for.",
    ),
    click.option(
        "--writer-private-key-file",
        type=_FILE,
        envvar="COUNTERSIGN_WRITER_PRIVATE_KEY_FILE",
        show_envvar=True,
        help="The second App's private key, a PEM file.",
    ),
    click.option(
        "--guard-key-file",
        type=_FILE,
        envvar="COUNTERSIGN_GUARD_KEY_FILE",
        show_envvar=True,
        help="The Ed25519 key that signs contracts for guards, a PEM file; by default one is made in --data.",
    ),
    click.option(
        "--kafka-file",
        type=_FILE,
        envvar="COUNTERSIGN_KAFKA_FILE",
        show_envvar=True,
        help="Settings of Kafka's client by source, a YAML file: where a stopped consumer stands is asked before data goes back.",
    ),
    click.option(
        "--rollbacks-off",
        is_flag=True,
        envvar="COUNTERSIGN_ROLLBACKS_OFF",
        show_envvar=True,
        help="Never move a table, and propose no revert, whatever a policy says.",
    ),
    click.option(
        "--rules-url",
        envvar="COUNTERSIGN_RULES_URL",
        show_envvar=True,
        default=RULES_URL,
        show_default=True,
        help="Where the rules' pages (docs/rules) are; checks link to them.",
    ),
]

#: The way to GitHub.
CONNECTION = [
    click.option(
        "--api-url",
        envvar="COUNTERSIGN_API_URL",
        show_envvar=True,
        default="https://api.github.com",
        show_default=True,
        help="An Enterprise Server's is https://HOST/api/v3.",
    ),
    click.option("--proxy", envvar="COUNTERSIGN_PROXY", show_envvar=True, default="", help="For every outgoing connection."),
    click.option("--ca-bundle", envvar="COUNTERSIGN_CA_BUNDLE", show_envvar=True, default="", help="A file of certificate authorities."),
]


def app_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options; `settings` makes of them what the composition root takes."""
    for option in reversed([*_OPTIONS, *CONNECTION]):
        command = option(command)
    return command


def settings(
    *,
    data: Path,
    app_id: int,
    private_key_file: Path,
    webhook_secret_file: Path,
    writer_app_id: int,
    writer_private_key_file: Path | None,
    guard_key_file: Path | None,
    kafka_file: Path | None,
    rollbacks_off: bool,
    api_url: str,
    rules_url: str,
    proxy: str,
    ca_bundle: str,
    allowed_hosts: tuple[str, ...] = (),
) -> AppSettings:
    """Ends the command if a file is empty."""
    from countersign.bootstrap import AppSettings

    secrets = [line.strip() for line in webhook_secret_file.read_text().splitlines() if line.strip()]
    if not secrets:
        stop(f"{webhook_secret_file} is empty.", "Put the webhook's secret into it, as on the App's page on GitHub.")
    if bool(writer_app_id) != bool(writer_private_key_file):
        stop("The second App needs both its id and its key.", "Give --writer-app-id and --writer-private-key-file, or neither.")
    return AppSettings(
        app_id=app_id,
        private_key=private_key_file.read_text(),
        webhook_secrets=secrets,
        writer_app_id=writer_app_id,
        writer_private_key=writer_private_key_file.read_text() if writer_private_key_file else "",
        guard_key=guard_key_file.read_text() if guard_key_file else "",
        kafka_file=kafka_file,
        rollbacks_off=rollbacks_off,
        data=data,
        api_url=api_url,
        rules_url=rules_url.rstrip("/"),
        database=os.environ.get("COUNTERSIGN_DATABASE", ""),
        proxy=proxy,
        ca_bundle=ca_bundle,
        allowed_hosts=allowed_hosts,
        lineage_tokens=os.environ.get("COUNTERSIGN_LINEAGE_TOKEN", "").replace(",", " ").split(),
        metrics_token=os.environ.get("COUNTERSIGN_METRICS_TOKEN", ""),
        telling=telling(os.environ),
    )
