"""The nouns. Frozen, without input or output, and importable by somebody else's pipeline at no cost."""
