"""What `benchmarks/guard.py` runs: messages, batches, Kafka."""
