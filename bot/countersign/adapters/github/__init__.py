"""GitHub: the client that fulfils `ports.GitHub`, and the reader of its webhooks (`events`)."""

from countersign.adapters.github.client import GitHubApp
from countersign.adapters.github.settings import AppSettings

__all__ = ["AppSettings", "GitHubApp"]
