"""The service seen from outside: what it counts, what waits, whether it is ready, and where a call went."""
