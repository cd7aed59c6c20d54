"""Runs functions over hostile content in bounded child processes (`ports.Children`).

`Forkserver` is for the server, which has threads; `Fork` for the command line, which has none and must start at once.

- `runs`: what both have in common: items in, answers out, the retry of an item that a child did not survive.
- `watched`: one child from the outside: its limits in time, memory and length of answer.
- `child`: one child from the inside.
- `fork`, `forkserver`, `zygote`: two ways of making one.

A child needs no network and no file but the modules it imports. It is not a sandbox against native code that an attacker runs in it; it
bounds what parsers do with hostile text: time, memory, stack, crashes.
"""

from countersign.adapters.children.fork import Fork
from countersign.adapters.children.forkserver import Forkserver

__all__ = ["Fork", "Forkserver"]
