"""The guard on a Kafka topic, with confluent-kafka."""

from countersign.guard.kafka.arrivals import Arrivals
from countersign.guard.kafka.client_log import ClientLog
from countersign.guard.kafka.control import Control, NoControlTopic
from countersign.guard.kafka.dead_letters import DeadLetters
from countersign.guard.kafka.manifests import Manifests
from countersign.guard.kafka.outlets import Function, Iceberg, Nowhere, Outlet, Topic
from countersign.guard.kafka.producing import Outbound, Undelivered
from countersign.guard.kafka.runner import Runner
from countersign.guard.kafka.stream import Refused, Stream

__all__ = [
    "Arrivals",
    "ClientLog",
    "Control",
    "DeadLetters",
    "Function",
    "Iceberg",
    "Manifests",
    "NoControlTopic",
    "Nowhere",
    "Outbound",
    "Outlet",
    "Refused",
    "Runner",
    "Stream",
    "Topic",
    "Undelivered",
]
