"""What must be true of everything that the processes wrote and were called with, whatever the stories told: no secret is in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from countersign.demo.app import PAGER_KEY
from countersign.demo.launch import Stage

#: Tokens that GitHub's (and the sandbox's) own prefixes make known, a private key, and a header that would carry a token.
_FORMS = re.compile(r"\bgh[pousr]_[\w-]{20,}|-----BEGIN [A-Z ]*PRIVATE KEY|\b[Bb]earer [\w.-]{20,}|x-access-token:[^@*\s]{8,}@")


def check_no_secret(stage: Stage) -> None:
    found = [f"{place}: {what}" for place, text in _written(stage) for what in secrets_in(text, known_secrets(stage))]
    assert found == []


def known_secrets(stage: Stage) -> dict[str, str]:
    """secret -> what it is. Of a key of several lines each line counts."""
    credentials = stage.acme.credentials
    found = {PAGER_KEY: "the key of PagerDuty's webhooks"}
    for whose, app in (("the App", credentials), ("the second App", credentials["writer"])):
        for name in ("webhook_secret", "client_secret"):
            found[str(app[name])] = f"the {name} of {whose}"
        found |= {line: f"the private key of {whose}" for line in app["pem"].splitlines() if len(line) > 40}
    for name in ("payments", "lead"):
        found[f"{name:0>32}"] = f"PagerDuty's routing key of {name}"
        found[f"signs what goes to {name}"] = f"the key of the webhook of {name}"
    return found


def secrets_in(text: str, known: dict[str, str]) -> list[str]:
    """What of it is there; never the secret itself, or the test's own output would hold it."""
    return [what for secret, what in known.items() if secret in text] + [
        f"something like {one.group()[:8]}…" for one in _FORMS.finditer(text)
    ]


def _written(stage: Stage) -> Iterator[tuple[str, str]]:
    """(where, text): logs with standard output and error, arguments, addresses that were asked, configurations of Git."""
    for process in (stage.app, stage.sandbox):
        yield f"the log of {process.name}", process.log.read_text(encoding="utf-8", errors="replace")
        yield f"the arguments of {process.name}", " ".join(process.command)
        if process.running is not None:
            running = Path(f"/proc/{process.running.pid}/cmdline")
            yield f"the arguments of {process.name} as it runs", running.read_text(errors="replace") if running.exists() else ""
    yield "addresses that were asked", "\n".join(f"{call['path']}?{call.get('query', '')}" for call in stage.acme.github.calls(0))
    for file in (stage.app.directory / "countersign").rglob("config"):
        yield "a configuration of Git", file.read_text(encoding="utf-8", errors="replace")
