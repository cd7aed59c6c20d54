"""For all tests. A property is judged by what it finds and not by how long it takes: machines are busy at times."""

from hypothesis import settings

settings.register_profile("countersign", deadline=None)
settings.load_profile("countersign")
