"""The `countersign` command as somebody runs it beside the bot, or at a desk far from it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.stories.organisation import Organisation

from countersign.demo.people import Person


def countersign(*words: str, codes: Sequence[int] = (0,), by: Person | None = None) -> str:
    """What it prints. codes: those it may end with. by: whose token is in the environment."""
    command = [sys.executable, "-c", "from countersign.cli import main; main()", *words]
    environment = {name: value for name, value in os.environ.items() if name != "GITHUB_TOKEN"} | ({"GITHUB_TOKEN": by.token} if by else {})
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=environment)
    assert done.returncode in codes, f"{done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def beside_the_bot(acme: Organisation, directory: Path) -> list[str]:
    """The options of a command that works on the running bot's database."""
    credentials, here = acme.stage.acme.credentials, acme.stage.app.directory / "countersign"
    (directory / "key.pem").write_text(credentials["pem"])
    (directory / "secret").write_text(credentials["webhook_secret"])
    files = ["--private-key-file", str(directory / "key.pem"), "--webhook-secret-file", str(directory / "secret")]
    return ["--data", str(here), "--app-id", str(credentials["id"]), *files, "--api-url", f"{acme.github.url}/api/v3"]
