"""Whether columns stand in another order: nothing to whoever names them, and everything to whoever counts them."""

from __future__ import annotations

from collections.abc import Sequence

from countersign.formats.match import pair
from countersign.model.contract import Field, canonical

#: Formats whose files say the order of a table's columns. In the others the order of fields promises nothing.
ORDERED = frozenset({"dbt", "parquet", "sql"})


def order(old: Sequence[Field], new: Sequence[Field]) -> tuple[str, str] | None:
    """The columns before and after as canonical JSON, up to the last that was there before; None if those that stayed have their places.

    A renamed column counts as itself, by its old name. One that is gone is told by its removal; one that is added at the end moves none.
    """
    paired = pair(old, new)
    known = {id(after): before.name for before, after in paired if before is not None and after is not None}
    before = [one.name for one, other in paired if one is not None and other is not None]
    after = [known.get(id(one), f"+{one.name}") for one in new]
    last = max((at for at, one in enumerate(new) if id(one) in known), default=-1)
    after = after[: last + 1]
    return None if before == after else (canonical(before), canonical(after))
