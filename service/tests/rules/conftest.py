"""Drawn examples are many and small; how long one takes says more about the machine than about the rules."""

from hypothesis import settings

settings.register_profile("rules", deadline=None, print_blob=True)
settings.load_profile("rules")
