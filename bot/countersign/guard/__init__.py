"""A contract held against the data itself: the library that runs in other people's pipelines."""
