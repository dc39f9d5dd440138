"""Faults, one by one, on real servers and workers; after each the same reckoning: the audit finds nothing, the outside
did everything once, what was acknowledged is there, and whoever asks again learns what was committed."""
