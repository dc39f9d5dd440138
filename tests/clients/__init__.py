"""What every client must do, said once and tried with each: Python, TypeScript, Go and Java.

    make test-clients       python -m tests.clients: the table, languages × scenarios
    tests/test_clients.py   the same, asserted

`scenarios` is the list. `hands` are small programs in each language which do with its client what a scenario asks for,
by JSON lines; `languages` builds them. `ground` has the one real server that all of them call, and `capricious` one
that answers as it is told, where a real one cannot be brought to misbehave. `newcomers` run the READMEs’ programs.
"""
