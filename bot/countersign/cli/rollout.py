"""`countersign rollout`: from watching to enforcing."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from countersign.cli.app_options import app_options, settings
from countersign.cli.audit import chosen
from countersign.cli.exits import stop
from countersign.cli.operator_options import acting

if TYPE_CHECKING:
    from countersign.model.rollout import Rollout


@click.command(name="rollout")
@click.option("--org", "organisation", metavar="ORG", help="The organisation, if the App is installed on more than one.")
@click.option("--days", type=click.IntRange(1, 365), default=7, show_default=True, help="How far to look back.")
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--open", "opens", is_flag=True, help="Open the pull requests that enforce what is ready, with the token in GITHUB_TOKEN.")
@app_options
def command(organisation: str | None, days: int, shape: str, opens: bool, **options: Any) -> None:
    """What would have been blocked where the gate only watches, and which contracts are ready to be enforced.

    A contract is ready when a registered reader counts and none of its findings was disputed in the last 14 days. The bot writes the
    same once a week into an issue of the organisation's `.github` repository.
    """
    import json
    from datetime import timedelta

    from countersign.bootstrap import reading_ports
    from countersign.ports import GitHubTrouble, GitTrouble
    from countersign.render import rollout_json, rollout_text
    from countersign.services.rollout import rollout

    connection = {name: options[name] for name in ("api_url", "proxy", "ca_bundle")}
    try:
        with reading_ports(settings(**options)) as ports:
            name = chosen([row.name for row in ports.records.repositories()], organisation, ())
            now = ports.calendar.now()
            found = rollout(ports, name, now - timedelta(days=days), now)
    except (GitTrouble, GitHubTrouble, ValueError) as trouble:
        stop(str(trouble), "Is this the database of the running bot, and are these its settings?")
    click.echo(json.dumps(rollout_json(found), indent=2) if shape == "json" else rollout_text(found))
    if opens:
        _open(found, connection)


def _open(found: Rollout, connection: dict[str, Any]) -> None:
    from countersign.ports import GitHubTrouble
    from countersign.render import enforce_proposal

    edits = [edit for edit in found.edits if edit.contracts]
    if not edits:
        stop("There is nothing to open: no contract is ready.")
    try:
        with acting("to write contents and pull requests in these repositories", **connection) as github:
            for repository, group in groupby(edits, key=lambda edit: edit.repository):
                those = list(group)
                base = github.default_branch(repository)
                tip = github.tip(repository, base)
                moved = tip is None or any(github.read(repository, edit.file, tip) != edit.before for edit in those)
                if tip is None or moved:
                    click.echo(f"{repository}: its policy has changed meanwhile; run this again.")
                    continue
                title, body = enforce_proposal(those)
                branch = "countersign/enforce"
                github.commit(repository, branch, {edit.file: edit.after for edit in those}, title, onto=tip)
                made = github.propose(repository, branch, base=base, title=title, body=body)
                click.echo(f"{repository}: {'opened' if made.new else 'brought up to date'} {made.url}")
    except GitHubTrouble as trouble:
        stop(str(trouble))
