"""GitHub: the client that fulfils `ports.GitHub`, the operator's own, and the reader of its webhooks (`events`)."""

from countersign.adapters.github.client import GitHubApp
from countersign.adapters.github.operator import Operator
from countersign.adapters.github.settings import AppSettings, Connection

__all__ = ["AppSettings", "Connection", "GitHubApp", "Operator"]
