"""``channels:`` of the organisation, and who names one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from countersign.model.telling import Channel
from countersign.policy.document import Page, Trouble, shown
from countersign.policy.shape import Pointer

JSON = Any


def channels(organisation: Mapping[str, JSON]) -> dict[str, Channel]:
    """The organisation's channels, by name. The data must fit the schema."""
    return {name: Channel(name=name, **written) for name, written in organisation.get("channels", {}).items()}


def on_call(own: Mapping[str, JSON], organisation: Mapping[str, JSON]) -> str:
    """The channel that is told of incidents, the repository's own before the organisation's; "" if none is named."""
    return str(own.get("on_call", organisation.get("on_call", "")))


def named_nowhere(page: Page) -> Iterator[Trouble]:
    """Where the organisation's own policy names a channel that it does not have."""
    written = page.data.get("channels")
    known = written if isinstance(written, dict) else {}
    named: list[tuple[Pointer, JSON]] = [(("on_call",), page.data.get("on_call"))]
    occasions = page.data.get("escalation")
    for index, occasion in enumerate(occasions if isinstance(occasions, list) else ()):
        tell = occasion.get("tell") if isinstance(occasion, dict) else None
        named += [(("escalation", index, "tell", at), name) for at, name in enumerate(tell if isinstance(tell, list) else ())]
    named += [(("channels", name, "lead"), one.get("lead")) for name, one in known.items() if isinstance(one, dict)]
    leadership = page.data.get("leadership")
    digest = leadership.get("digest") if isinstance(leadership, dict) else None
    named += [(("leadership", "digest", at), name) for at, name in enumerate(digest if isinstance(digest, list) else ())]
    for place, name in named:
        if isinstance(name, str) and name not in known:
            yield page.trouble(place, f"there is no channel `{shown(name)}`", "Name one of `channels:`, or add it")


def not_the_organisations(page: Page, organisation: Mapping[str, JSON] | None, *, home: str) -> Iterator[Trouble]:
    """Where a repository names a channel that the organisation does not have: nobody would be told."""
    name = page.data.get("on_call")
    if isinstance(name, str) and name not in (organisation or {}).get("channels", {}):
        remedy = f"Add it to `channels:` in contracts-policy.yaml of {home}"
        yield page.trouble(("on_call",), f"the organisation has no channel `{shown(name)}`", remedy)
