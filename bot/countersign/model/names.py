"""Names of repositories within our own keys and markers."""

from __future__ import annotations

import re


def with_name(text: str, old: str, new: str) -> str:
    """A key or marker of ours in which the repository ``old``, in any case, is called ``new``.

    A team (``@org/team``) may be spelt alike and is left alone; so is a reference (``org/repo#id``), which stands in somebody's
    file as it is.
    """
    # A number after "#" is a pull request's; anything else there is a contract's id.
    whole = rf"(?<![\w.~@/-]){re.escape(old)}(?![\w.~/-]|#(?!\d+(?![\w.-])))"
    return re.sub(whole, lambda _: new, text, flags=re.IGNORECASE)
