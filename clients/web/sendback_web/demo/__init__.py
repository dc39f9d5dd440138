"""A whole installation to look at: service, worker, this application, and a mail catcher, all on loopback.

It starts the service as operations would, by its command, and is otherwise a client like any other.
"""
