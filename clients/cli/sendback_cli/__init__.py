"""`sendbackctl`: a Sendback server from the terminal, by nothing but its gRPC API.

A command is a function of a `Desk` (`desk.py`): the client of the server that was chosen, the screen that shows what
came back, and the question that is asked before something dangerous. Commands stand in `commands/`, one file for each
noun.
"""
