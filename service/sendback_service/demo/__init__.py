"""The demo: whole returns on a real server, with an outside world that counts what really happens.

`play()` runs the stories on the orders of this folder; `play(folder)` runs one plain story for every order of yours.
"""

from sendback_service.demo.theatre import play

__all__ = ["play"]
