"""What can go back: tables of a catalog, by their snapshots; consumers, which are only looked at."""

from countersign.adapters.rollback.iceberg import IcebergTables
from countersign.adapters.rollback.kafka import KafkaSources

__all__ = ["IcebergTables", "KafkaSources"]
