"""A contract held against the data itself: the library that runs in other people's pipelines."""

from countersign.guard.bot import Bot
from countersign.guard.breaker import Window
from countersign.guard.decision import Decision, Halted, Verdict
from countersign.guard.guard import Guard
from countersign.guard.published import ContractFile, NoContract
from countersign.guard.quarantine import Held, Quarantine, Retention
from countersign.guard.signed import ContractFromBot
from countersign.guard.store import StoreTrouble
from countersign.guard.stream import Message
from countersign.model.runtime import GuardMode, HaltOver, Runtime

__all__ = [
    "Bot",
    "ContractFile",
    "ContractFromBot",
    "Decision",
    "Guard",
    "GuardMode",
    "HaltOver",
    "Halted",
    "Held",
    "Message",
    "NoContract",
    "Quarantine",
    "Retention",
    "Runtime",
    "StoreTrouble",
    "Verdict",
    "Window",
]
