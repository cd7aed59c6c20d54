"""Every call of the API in order, and faults that tests order."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Call:
    """kind: ``rest`` or ``graphql``. cause: the request's ``X-Sandbox-Cause``. after: GUID of the delivery sent last before it.

    minting: a token was asked for, which budgets leave out.
    """

    number: int
    at: str
    kind: str
    method: str
    path: str
    query: str
    actor: str
    status: int
    cause: str
    after: str
    minting: bool


@dataclass(kw_only=True)
class Fault:
    """Answers ``status`` to the next ``times`` calls that match. done_first: the work is done, and only its answer is lost."""

    method: str = "*"
    path: str = "*"
    status: int = 500
    times: int = 1
    retry_after: int | None = None
    message: str = "Injected fault"
    done_first: bool = False
    headers: dict[str, str] = field(default_factory=dict)

    def matches(self, method: str, path: str) -> bool:
        return self.times > 0 and fnmatchcase(method, self.method) and fnmatchcase(path, self.path)


class CallLog:
    """calls and faults, under the world's lock."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.faults: list[Fault] = []

    def add(self, **known: Any) -> None:
        self.calls.append(Call(number=len(self.calls) + 1, **known))

    def since(self, number: int) -> list[dict[str, Any]]:
        return [asdict(call) for call in self.calls[number:]]

    def take_fault(self, method: str, path: str) -> Fault | None:
        """``path`` without ``/api/v3``."""
        for fault in self.faults:
            if fault.matches(method, path):
                fault.times -= 1
                return fault
        return None

    def take_git_fault(self, method: str, path: str) -> Fault | None:
        """``path`` as ``/acme/orders.git/info/refs``. A fault for every path means the API's."""
        with_path = (fault for fault in self.faults if fault.path != "*" and fault.matches(method, path))
        fault = next(with_path, None)
        if fault is not None:
            fault.times -= 1
        return fault
