"""What relationships name: properties by name (``customers.id``) or by ids (``schema/customers/properties/id``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Names:
    """The elements of one document. Both ways of naming one of them come to the same, and so do its names before and after a rename,
    where it has an id."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._known: dict[str, str] = {}
        waiting = [("", "schema", "#", item) for item in data.get("schema", ())]
        while waiting:
            by_name, by_id, by_identity, item = waiting.pop()
            name, id_ = item["name"], item.get("id", "")
            here = f"{by_identity}/{'#' + id_ if id_ else name}"
            self._known[by_name + name] = here
            path = f"{by_id}/{id_}" if by_id and id_ else ""
            if path:
                self._known[path] = here
            below = f"{path}/properties" if path else ""
            waiting += [(f"{by_name}{name}.", below, here, child) for child in item.get("properties", ())]

    def known(self, reference: str) -> str:
        """The element by its identity; the reference as written where it leads elsewhere or nowhere."""
        return self._known.get(reference.removeprefix("/"), reference)
