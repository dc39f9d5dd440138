"""Emulators answer as they are told: JSON or bytes, and fail only where something would change."""

import pytest
from sendback_sdk import OutcomeUnknown
from sendback_sdk.http import client, send
from sendback_sdk.testing import Fault
from sendback_sdk.testing.emulator import Answer, Asked, Emulator


class Echo(Emulator):
    """Says in XML what came; only PATCH changes anything."""

    def changes(self, asked: Asked) -> bool:
        return asked.method == "PATCH"

    def answer(self, asked: Asked) -> Answer:
        return Answer(200, b"<echo>" + asked.body + b"</echo>", {"content-type": "application/xml"})


def test_bytes_are_answered_as_they_are_and_what_changes_nothing_never_fails() -> None:
    with Echo() as echo:
        echo.fail(Fault.HALF)
        answer = send(client(), "POST", echo.url, content=b"a")
        assert (answer.content, answer.headers["content-type"]) == (b"<echo>a</echo>", "application/xml")
        with pytest.raises(OutcomeUnknown):
            send(client(), "PATCH", echo.url, content=b"a")
        assert send(client(), "PATCH", echo.url, content=b"b").content == b"<echo>b</echo>"
