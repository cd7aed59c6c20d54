"""What `benchmarks/guard.py` measures: messages, batches, Kafka."""
