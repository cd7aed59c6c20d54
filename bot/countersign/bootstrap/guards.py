"""What the web answers to guards, out of the services and the signing key."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from countersign.ports import GitHubTrouble, GitTrouble
from countersign.services.guard_tokens import is_for, token_of
from countersign.services.kept import Kept
from countersign.services.publishing import published
from countersign.web.guard_api import Signed

if TYPE_CHECKING:
    from countersign.adapters.signing import Signer
    from countersign.model.consumer import Reference
    from countersign.model.guarded import GuardToken
    from countersign.services.context import Ports

#: Seconds for which an answer stands. Every guard asks about once a minute, and each answer costs a fetch from GitHub.
_STANDS = 10.0
_MOST = 256
#: Of the threads of the web (32), those that may wait for GitHub on behalf of guards, and the seconds that others wait for one of these.
_AT_ONCE, _PATIENCE = 8, 5.0


class Guards:
    """Fulfils `web.guard_api.Guards`."""

    def __init__(self, ports: Ports, signer: Signer) -> None:
        self._ports = ports
        self._signer = signer
        self._asking = threading.BoundedSemaphore(_AT_ONCE)
        self._answers: Kept[tuple[Reference, str], tuple[float, Signed]] = Kept(_MOST)

    def token(self, secret: str) -> GuardToken | None:
        return token_of(self._ports.records, secret)

    def same(self, reference: Reference, token: GuardToken) -> bool:
        return is_for(self._ports.records, token, reference)

    def contract(self, reference: Reference, ref: str) -> Signed | None:
        known = self._known(reference, ref)
        if known is not None:
            return known
        # GitHub may be slow, and webhooks need threads, too.
        if not self._asking.acquire(timeout=_PATIENCE):
            raise TimeoutError("Too many guards ask at once. Ask again in a minute.")
        try:
            return self._known(reference, ref) or self._asked(reference, ref)
        finally:
            self._asking.release()

    def _known(self, reference: Reference, ref: str) -> Signed | None:
        known = self._answers.get((reference, ref))
        return known[1] if known is not None and known[0] > time.monotonic() else None

    def _asked(self, reference: Reference, ref: str) -> Signed | None:
        try:
            found = published(self._ports, reference, ref)
        except (GitTrouble, GitHubTrouble) as trouble:
            raise TimeoutError("The contract cannot be had from GitHub now. Ask again in a minute.") from trouble
        if found is None:
            return None
        body = msgspec.json.encode(found, order="deterministic")
        return self._answers.put((reference, ref), (time.monotonic() + _STANDS, Signed(body, self._signer.sign(body))))[1]

    def keys(self) -> Sequence[str]:
        return self._signer.public()
