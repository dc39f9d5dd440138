"""Every RPC, called with messages that are mostly right and a little wrong, by keys of each kind: nothing may break.

`python -m tests.fuzz --seconds 300 --seed 7` runs long; a short run is among the tests.
"""
