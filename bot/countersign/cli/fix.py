"""`countersign fix`: the expand-and-contract patch of the contracts in a work tree."""

from __future__ import annotations

from pathlib import Path

import click

from countersign.cli.exits import BLOCKED, PASSED, stop


@click.command(name="fix")
@click.argument("contract", required=False, default="")
@click.option("--repo", "path", type=click.Path(exists=True, path_type=Path), default=".", help="A Git work tree; here by default.")
@click.option("--base", default="origin/main", show_default=True, metavar="REV", help="The branch that would be merged into.")
@click.option("--write", "written", is_flag=True, help="Write the patch into the files; without it, it is only printed.")
@click.option("--name", metavar="ORG/REPO", help="The repository's name; by default as its remote `origin` says.")
@click.option(
    "--organisation-policy",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The organisation's contracts-policy.yaml: its floor, its start and its owners.",
)
@click.option("--now", metavar="DATE", help="Count the notices from this date, such as 2026-12-23; now by default.")
def command(
    contract: str, path: Path, base: str, written: bool, name: str | None, organisation_policy: Path | None, now: str | None
) -> None:
    """Write the patch that lets a breaking change land without breaking anybody: the old stays, the new stands beside it.

    CONTRACT is a contract's id or file; all of them by default. The files are read as they lie here, committed or not, and compared
    with BASE. Each patch is judged again before it is offered. Only contracts and the policy are ever written.

    \b
    Ends with 0 if nothing breaks a reader any more,
              1 if there is a patch that is not written yet, or something that it leaves,
              2 if it could not be decided, or on bad usage.

    \b
    Examples:
      countersign fix                         prints the patch
      countersign fix --write                 applies it
      countersign fix orders | git apply      does the same
    """
    from countersign import render
    from countersign.bootstrap import desk, repository_name, work_tree
    from countersign.cli.check import moment
    from countersign.ports import GitTrouble
    from countersign.services.desk import BadPolicy, NoPolicy
    from countersign.services.fix import NoSuchContract, fix, write

    at = moment(now)
    root = work_tree(path)
    if root is None:
        stop(f"{path} is in no Git work tree.", "Run it in a clone, or name one with --repo.")
    file = Path(contract).resolve()
    try:
        found = fix(
            desk(path),
            root,
            name=name or repository_name(path),
            base=base,
            contract=file.relative_to(root).as_posix() if contract and file.is_file() and file.is_relative_to(root) else contract,
            organisation=(str(organisation_policy), organisation_policy.read_bytes()) if organisation_policy else None,
            now=at,
        )
    except GitTrouble as trouble:
        stop(f"{trouble}.")
    except NoPolicy as trouble:
        stop(str(trouble), "Write a contracts-policy.yaml that lists your contracts under `publishes:`; docs/policy.md shows how.")
    except BadPolicy as trouble:
        stop(str(trouble), trouble.remedy)
    except NoSuchContract as trouble:
        stop(str(trouble), f"These are: {', '.join(trouble.known)}." if trouble.known else "The base's policy lists none.")
    if written:
        write(root, found)
    click.echo(render.safe_path_text(found, written=written))
    left = any(one.left for one in found.contracts)
    raise SystemExit(BLOCKED if left or (found.files and not written) else PASSED)
