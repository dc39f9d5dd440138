"""Alerts, metrics and the words about them say the same."""

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import promql_parser
import pytest
import yaml
from prometheus_client.core import Metric
from sendback_service.audit import CHECKS
from sendback_service.observability.backlog import Backlog, Waiting
from sendback_service.observability.gauges import Places
from sendback_service.observability.metrics import REGISTRY
from sendback_service.observability.watch import Watch, _families

ROOT = Path(__file__).resolve().parents[3]
RUNBOOK = (ROOT / "service/docs/runbook.md").read_text(encoding="utf-8")
OPERATION = (ROOT / "service/docs/operation.md").read_text(encoding="utf-8")
# What Prometheus itself says of those that it scrapes.
OF_PROMETHEUS = {"up": {"job", "instance"}}
RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((ROOT / "docker/alerts.yaml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]


def shown() -> dict[str, set[str]]:
    """Every metric that a process may show, as Prometheus names it, with its labels."""
    families = [*REGISTRY.collect(), *_of_processes()]
    return {name: labels for family in families for name, labels in _names(family)}


def _of_processes() -> Iterator[Metric]:
    one: dict[str, Waiting] = {"x": Waiting(1, 1.0)}
    host: Any = SimpleNamespace(accounts={"post": SimpleNamespace(object=None)})
    yield from Places(calls=lambda: {"x": (1, 2)}, connections=lambda: {"x": (1, 2)}).collect()
    yield from _families(Backlog(unknown=one, queue=one, work={"x": 1}, circuits=["x"]))
    yield from Watch("sqlite:///gone", "sqlite:///gone", lambda: None, host).collect()  # type: ignore[arg-type,return-value]


def _names(family: Metric) -> Iterator[tuple[str, set[str]]]:
    labels = set(getattr(_declared(family.name), "_labelnames", ()))
    labels |= {label for sample in family.samples for label in sample.labels} - {"le"}
    if family.type == "counter":
        yield f"{family.name}_total", labels
    elif family.type == "histogram":
        yield from ((f"{family.name}{end}", labels | {"le"}) for end in ("_bucket", "_count", "_sum"))
    else:
        yield family.name, labels


def _declared(name: str) -> Any:
    return REGISTRY._names_to_collectors.get(name)


def asked(expression: str) -> Iterator[tuple[str, set[str]]]:
    """The metrics of an expression, with the labels that it picks by."""
    yield from _within(promql_parser.parse(expression))


def _within(node: Any) -> Iterator[tuple[str, set[str]]]:
    if isinstance(node, promql_parser.VectorSelector):
        yield node.name, {matcher.name for matcher in node.matchers.matchers}
        return
    for part in ("expr", "lhs", "rhs", "vector_selector", "vs"):
        if (inner := getattr(node, part, None)) is not None:
            yield from _within(inner)
    for argument in getattr(node, "args", None) or ():
        yield from _within(argument)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_asks_for_what_is_shown(rule: dict[str, Any]) -> None:
    known = {**shown(), **OF_PROMETHEUS}
    found = list(asked(rule["expr"]))
    assert found, "an alert asks for something"
    for name, labels in found:
        assert name in known, f"no process shows {name}"
        assert labels <= known[name] | {"job", "instance"}
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert rule["annotations"]["summary"]


def test_an_alert_for_what_nobody_shows_would_be_noticed() -> None:
    names = {name for name, _ in asked("sum(rate(sendback_gone_total[5m])) / max(sendback_calls_total) > 1")}
    assert names == {"sendback_gone_total", "sendback_calls_total"}
    assert "sendback_gone_total" not in shown()
    with pytest.raises(ValueError, match="unclosed"):
        promql_parser.parse("sum(rate(sendback_calls_total[5m])")


def test_nobody_is_called_for_what_merchants_connected() -> None:
    """It is theirs to mend: whoever asks for accounts that may be theirs leaves them out."""
    for rule in RULES:
        for name, picked in asked(rule["expr"]):
            theirs = name in ("sendback_effects_total", "sendback_circuit_open")
            assert not theirs or "account" in picked, rule["alert"]
    assert sum(rule["expr"].count('account!="connected"') for rule in RULES) == 3


def test_every_alert_has_its_entry_in_the_runbook() -> None:
    entries = re.findall(r"^### (\w+)$", RUNBOOK, re.MULTILINE)
    assert sorted(entries) == sorted(rule["alert"] for rule in RULES)
    bodies = re.split(r"^### \w+$", RUNBOOK.partition("## Findings")[0], flags=re.MULTILINE)[1:]
    assert all(len(body.strip()) > 80 for body in bodies)


def test_every_finding_has_its_entry_in_the_runbook() -> None:
    entries = re.findall(r"^\| `(\w+)` \| [ABC] \| .+ \| .+ \|$", RUNBOOK, re.MULTILINE)
    assert sorted(entries) == sorted(check.name for check in CHECKS)


def test_every_metric_is_told_in_the_docs() -> None:
    told = set(re.findall(r"`(sendback_\w+)`", OPERATION))
    families = {re.sub(r"_(bucket|count|sum)$", "", name) for name in shown() if name.startswith("sendback_")}
    assert families <= told, families - told
    assert told <= families, told - families
