"""The `countersign` command. Each subcommand is imported when it is called, so that `check` starts at once."""

from __future__ import annotations

from importlib import import_module

import click

from countersign import __version__
from countersign.cli.exits import UNDECIDED

#: name -> (module, what `--help` says of it; the module is imported only when the command runs)
_COMMANDS = {
    "check": ("check", "Judge a change of a local Git repository, as the bot would."),
    "fix": ("fix", "Write the patch that lets a breaking change land without breaking anybody."),
    "diff": ("diff", "Compare two contract files."),
    "init": ("init", "Draft a first policy and first contracts, as one commit to read."),
    "backtest": ("backtest", "Say what would have been stopped in a repository's own history."),
    "policy": ("policy", "Check a contracts-policy.yaml."),
    "rules": ("rules", "List the rules, or print the page of one."),
    "explain": ("explain", "Say of a rule at length what it stops, why, and the way out."),
    "verify": ("verify", "Hold files of data to a contract."),
    "serve": ("serve", "Run the GitHub App: web and worker in one process."),
    "consumers": ("consumers", "Show who reads what; register the readers of a spreadsheet."),
    "pull": ("pull", "Print a contract, as it is promised now or was at a version."),
    "rebuild": ("rebuild", "Have the running App read everything from GitHub again."),
    "ledger": ("ledger", "Export the ledger, or verify that nothing in it was changed."),
    "report": ("report", "The quarterly sheet of a team, or of the organisation."),
    "facts": ("facts", "Print what the bot knows of a pull request, for `check --facts`."),
    "audit": ("audit", "Ask whether a change can really be stopped: who requires the check, who may pass it."),
    "baseline": ("baseline", "Find a repository's contracts, draft its first policy, and say what would have been blocked."),
    "rollout": ("rollout", "Say what would have been blocked, and which contracts are ready to be enforced."),
    "discover": ("discover", "Find readers whom nobody registered: dbt, OpenLineage, query logs, imports."),
    "deployed": ("deployed", "Report what runs in production, if GitHub's deployments do not."),
    "drill": ("drill", "Try whether a contract's tables can go back."),
    "rollbacks": ("rollbacks", "Switch all rollbacks off, or on again."),
    "suspects": ("suspects", "List suspected readers, or dismiss one."),
    "complaints": ("complaints", "Numbers that looked wrong to somebody: list them."),
    "incidents": ("incidents", "Contracts broken in production: list, show, acknowledge, resolve."),
    "guards": ("guards", "Show the guards as they were last heard of: what flows, what is held, what they warn of."),
    "tokens": ("tokens", "Make, list and revoke the tokens of guards and of tools that pass complaints on."),
    "notices": ("notices", "List what is announced to end, and what is overdue."),
    "quarantine": ("quarantine", "Show what a guard set aside, and why."),
    "guard": ("guard", "Hold the records of a Kafka topic to a contract; try a halted partition again."),
    "replay": ("replay", "Feed quarantined records back after a fix, each once."),
    "pause": ("pause", "When the bot is down: merge without the check for a while."),
    "demo": ("demo", "Play the main job on a local GitHub, and leave it open to try."),
}


class _Lazy(click.Group):
    """A group that lists its commands without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"countersign.cli.{_COMMANDS[name][0]}").command
        return command

    def invoke(self, ctx: click.Context) -> object:
        """A fault of our own must not end with 1, which means that somebody has to sign."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception:
            import traceback

            traceback.print_exc()
            click.echo(
                "countersign: this is a fault of Countersign's own, and nothing was decided. Please report the lines above.", err=True
            )
            raise SystemExit(UNDECIDED) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in _COMMANDS.items()])


@click.command(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="countersign")
def main() -> None:
    """No data contract changes until everyone who depends on it has countersigned."""
