"""What the service tells a merchant's staff of, the console has words for: nobody reads `label.given_up`."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from sendback_service.text.verdicts import WORK
from sendback_web.console import names

SERVICE = Path(__file__).parents[1] / "service" / "sendback_service"
# Of a return, its parcels and its payments: what a return's page lists.
FAMILIES = "return|label|parcel|reception|item|settlement|credit|withdrawal|message|mirror|refund|deadline"
TYPE = re.compile(rf"({FAMILIES})\.[a-z_]+")
RECORDING = {"record", "tell", "_tell", "_end", "_event", "_record", "_go_on"}
ASKING = {"ask_staff", "ask_each", "give_up", "instruct"}
# Told of a credit and its redemptions, which no return's page lists.
ELSEWHERE = {"credit.redeemed", "credit.restored"}


def named_in_calls(functions: set[str]) -> Iterator[str]:
    """Texts that calls of these functions are given, all over the service."""
    for file in SERVICE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in functions:
                yield from (
                    a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)
                )


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def test_every_event_on_a_return_s_page_is_a_sentence() -> None:
    told = {text for text in named_in_calls(RECORDING) if TYPE.fullmatch(text)}
    assert "label.given_up" in told
    assert told - ELSEWHERE - set(names.EVENTS) == set()


def test_every_task_is_a_sentence() -> None:
    asked = {text for text in named_in_calls(ASKING) if re.fullmatch(r"[a-z]+\.[a-z_]+", text)}
    assert "message.bounced" in asked
    assert asked - set(WORK) == set()
    assert set(WORK) - set(names.WORK) == set()
