"""`countersign audit`: can a change really be stopped?"""

from __future__ import annotations

import os
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

import click

from countersign.cli.app_options import app_options, settings
from countersign.cli.exits import BLOCKED, PASSED, UNDECIDED, stop
from countersign.cli.operator_options import TOKEN

if TYPE_CHECKING:
    from countersign.ports import Protection
    from countersign.services.context import Ports


@click.command(name="audit")
@click.option("--org", "organisation", metavar="ORG", help="The organisation, if the App is installed on more than one.")
@click.option("--repository", "repositories", metavar="ORG/REPO", multiple=True, help="Only this one. May be given again.")
@click.option("--product", metavar="NAME", help="A data product: of each contract that it is built on, can its manager stop a change?")
@click.option("--format", "shape", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("--fix", is_flag=True, help="Show which rulesets would be made or changed; change nothing.")
@click.option("--apply", "apply_it", is_flag=True, help="With --fix: do it, with the token in GITHUB_TOKEN, and look again.")
@click.option("--terraform", "as_terraform", is_flag=True, help="Print the plan as Terraform, in place of --fix.")
@app_options
def command(
    organisation: str | None,
    repositories: tuple[str, ...],
    product: str | None,
    shape: str,
    fix: bool,
    apply_it: bool,
    as_terraform: bool,
    **options: Any,
) -> None:
    """Ask of every repository that publishes or reads: is the check required, pinned to this App, for everybody?

    It reads the bot's database and GitHub's settings, and changes nothing but with --fix --apply. With an administrator's token in
    GITHUB_TOKEN it also sees who may bypass a ruleset, which GitHub does not show to the App.

    \b
    Ends with 0 if there is nothing to repair,
              1 if there is,
              2 if something could not be read, and nothing else is wrong.

    With --product, the answer is for the product's manager, and it ends with 0 whatever that is.
    """
    import json

    from countersign.bootstrap import administration, operator, reading_ports, settings_seen_by
    from countersign.gates.enforceability import failing
    from countersign.model.enforceability import Severity
    from countersign.ports import GitHubTrouble, GitTrouble
    from countersign.render import audit_json, audit_text
    from countersign.render.repairs import plan_text, terraform
    from countersign.services import repair
    from countersign.services.enforceability import audited

    if apply_it and not fix:
        stop("--apply belongs to --fix.", "See the plan first: countersign audit --fix.")
    token = os.environ.get(TOKEN, "").strip()
    if (fix or as_terraform) and not token:
        stop(f"{TOKEN} is not set.", "Put a token of an administrator into that variable: rulesets are read, and changed, with it.")
    try:
        with ExitStack() as opened:
            ports = opened.enter_context(reading_ports(settings(**options)))
            connection = {name: options[name] for name in ("api_url", "proxy", "ca_bundle")}
            client = opened.enter_context(operator(token, **connection)) if token else None
            if product:
                answer(ports, product, shape, settings_seen_by(client) if client else None)
            name = chosen([row.name for row in ports.records.repositories()], organisation, repositories)
            look = partial(audited, ports, name, only=repositories, settings=settings_seen_by(client) if client else None)
            facts, gaps = look()
            if client and (fix or as_terraform):
                planned = repair.plan(facts, administration(client))
                click.echo(terraform(planned) if as_terraform else plan_text(planned))
                if not apply_it:
                    raise SystemExit(BLOCKED if planned else PASSED)
                repair.apply(planned, administration(client))
                click.echo("\nDone. What is left:\n")
                facts, gaps = look()
    except (GitTrouble, GitHubTrouble, ValueError) as trouble:
        stop(str(trouble), "Is this the database of the running bot, and are these its settings?")
    if shape == "json":
        click.echo(json.dumps(audit_json(facts, gaps), indent=2))
    else:
        click.echo(audit_text(facts, gaps))
    unknown = any(gap.severity is Severity.UNKNOWN for gap in gaps)
    raise SystemExit(BLOCKED if failing(gaps) else UNDECIDED if unknown else PASSED)


def answer(ports: Ports, product: str, shape: str, seen: Protection | None) -> NoReturn:
    """Contract by contract: can a change be stopped, by whom, is it enforced."""
    import json

    from countersign.render.readership import products_json, products_text
    from countersign.services.export import NotKnown
    from countersign.services.product_audit import product_audit

    try:
        found = product_audit(ports, product, settings=seen)
    except NotKnown as trouble:
        stop(str(trouble), "A product is an entry of `products:` in a contracts-policy.yaml; docs/products.md shows how.")
    click.echo(json.dumps(products_json(found), indent=2, ensure_ascii=False) if shape == "json" else products_text(found))
    raise SystemExit(PASSED)


def chosen(known: list[str], organisation: str | None, repositories: tuple[str, ...]) -> str:
    """The organisation that is meant. Ends the command if that is not clear, or names something the App does not know."""
    for name in repositories:
        if name not in known:
            stop(f"The App does not know {name}.", "Is it installed there? Names are written ORG/REPO.")
    meant = {name.split("/")[0] for name in repositories} or {name.split("/")[0] for name in known}
    if organisation:
        if organisation.lower() not in {name.lower() for name in meant}:
            stop(f"The App does not know the organisation {organisation}.", "Is it installed there?")
        return organisation
    if len(meant) != 1:
        stop("Which organisation?", f"Name one with --org: {', '.join(sorted(meant)) or 'the App is installed on none'}.")
    return meant.pop()
