"""The operator's own token, for commands that write to GitHub as a person. It comes from the environment, never from an argument."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from countersign.cli.app_options import CONNECTION
from countersign.cli.exits import stop

if TYPE_CHECKING:
    from countersign.adapters.github import Operator

TOKEN = "GITHUB_TOKEN"  # noqa: S105 - the variable's name


def operator_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options that say where GitHub is; `acting` makes of them a client with the operator's own token."""
    for option in reversed(CONNECTION):
        command = option(command)
    return command


@contextmanager
def acting(purpose: str, *, api_url: str, proxy: str, ca_bundle: str) -> Iterator[Operator]:
    """GitHub by the token of the environment. Ends the command if there is none. purpose: what the token needs, for that message."""
    from countersign.bootstrap import operator

    token = os.environ.get(TOKEN, "").strip()
    if not token:
        stop(f"{TOKEN} is not set.", f"Put a token of your own into that variable; it needs {purpose}.")
    try:
        with operator(token, api_url=api_url, proxy=proxy, ca_bundle=ca_bundle) as client:
            yield client
    except ValueError as trouble:
        stop(str(trouble))
