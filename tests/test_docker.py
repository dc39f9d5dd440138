"""The files in docker/ say what the code says: nothing here needs a container engine."""

import base64
import os
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from pydantic import BaseModel, SecretStr
from sendback_cli.app import app as sendbackctl
from sendback_service.command.app import app
from sendback_service.configuration import Configuration, ConfigurationError, Metrics, read
from sendback_service.host import Host
from sendback_service.observability.watch import lacking
from sendback_service.vault import vault_of
from sendback_web.application import routes
from sendback_web.settings import Settings
from starlette.routing import Route

ROOT = Path(__file__).resolve().parent.parent
DOCKER = ROOT / "docker"
COMPOSE: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("sendback:")}
PORTS = {"sendback serve": 50051, "python -m sendback_web serve": 8080}


def instructions() -> list[tuple[str, str]]:
    """Of the Dockerfile: what, and with what."""
    text = (DOCKER / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = (line.strip() for line in text.splitlines())
    return [
        (line.split(maxsplit=1)[0], line.split(maxsplit=1)[1])
        for line in lines
        if line and not line.startswith("#")
    ]


def of_image() -> dict[str, str]:
    """The environment of the image."""
    words = [word for what, rest in instructions() if what == "ENV" for word in shlex.split(rest)]
    return dict(word.split("=", 1) for word in words)


def known(model: type[BaseModel], before: str) -> Iterator[str]:
    """The names of environment variables that a model reads."""
    for name, field in model.model_fields.items():
        yield f"{before}{name.upper()}"
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from known(field.annotation, f"{before}{name.upper()}__")


VARIABLES = {*known(Configuration, "SENDBACK_"), *known(Settings, "SENDBACK_WEB_"), "SENDBACK_CONFIG"}


def commands() -> list[list[str]]:
    """Everything of ours that these files run."""
    found = [service["command"] for service in OURS.values()]
    tests = [service["healthcheck"].get("test", []) for service in OURS.values()]
    found += [test[1:] for test in tests if test]
    found += [
        yaml.safe_load(rest[rest.index("[") :])
        for what, rest in instructions()
        if what in ("CMD", "HEALTHCHECK")
    ]
    return found


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_what_is_run_is_there(command: list[str]) -> None:
    if command[0] == "python":
        assert command == ["python", "-m", "sendback_web", "serve"] or command[1] == "-c"
        return
    assert command[0] == "sendback"
    group = typer.main.get_command(app)
    found = group.commands[command[1]]  # type: ignore[attr-defined]
    options = {option for parameter in found.params for option in parameter.opts}
    assert set(command[2:]) <= options


def test_variables_are_those_that_the_code_reads() -> None:
    ours = {
        name
        for service in OURS.values()
        for name in service.get("environment", {})
        if name.startswith("SENDBACK_")
    }
    assert len(ours) > 8
    assert ours <= VARIABLES, ours - VARIABLES
    in_image = {name for name in of_image() if name.startswith("SENDBACK_")}
    assert in_image
    assert in_image <= VARIABLES, in_image - VARIABLES


def test_what_compose_is_to_be_told_stands_in_the_example() -> None:
    text = (DOCKER / "compose.yaml").read_text(encoding="utf-8")
    asked = set(re.findall(r"\$\{(\w+)", text))
    offered = set(re.findall(r"^(\w+)=", (DOCKER / "example.env").read_text(encoding="utf-8"), re.MULTILINE))
    assert asked == offered


def test_what_the_example_says_makes_each_secret() -> None:
    """As openssl writes them: hexadecimal for all, but for the one key that has a form of its own."""
    text = (DOCKER / "example.env").read_text(encoding="utf-8")
    command = "openssl rand -base64 32 | tr +/ -_"
    assert re.search(rf"# .*: {re.escape(command)}\nSENDBACK_SECRETS_KEY=", text)
    assert vault_of(base64.b64encode(os.urandom(32)).decode().translate(str.maketrans("+/", "-_")))
    with pytest.raises(ConfigurationError):
        vault_of(os.urandom(32).hex())


def test_ports_are_those_that_the_processes_take() -> None:
    image, defaults = of_image(), Configuration.model_fields["server"].default
    exposed = {int(port) for what, rest in instructions() if what == "EXPOSE" for port in rest.split()}
    shown = {int(image["SENDBACK_METRICS__PORT"]), int(image["SENDBACK_METRICS__WORKER_PORT"])}
    assert exposed == {defaults.port, Settings.model_fields["port"].default, *shown}
    assert set(PORTS.values()) <= exposed
    places = {name: {defaults.port, 9464} for name in ("server", "server-1", "server-2")}
    places |= {"worker-1": {9564}, "worker-2": {9564}, "web": {8080}, "mail": {1025}}
    named = re.findall(
        r"\b(server(?:-\d)?|worker-\d|web|mail):(\d+)",
        "\n".join((DOCKER / name).read_text() for name in ("Caddyfile", "prometheus.yaml", "compose.yaml")),
    )
    assert len(named) >= 7
    assert [(host, port) for host, port in named if int(port) not in places[host]] == []


def test_the_proxy_asks_a_page_that_is_shown() -> None:
    text = (DOCKER / "Caddyfile").read_text(encoding="utf-8")
    port = int(re.search(r"health_port (\d+)", text)[1])  # type: ignore[index]
    assert Metrics(port=port).server(0) == int(of_image()["SENDBACK_METRICS__PORT"])
    assert "health_uri /ready" in text
    assert text.count("{") == text.count("}")
    # what it may wait for is less than what a server gives before it takes no more calls
    notice = float(OURS["server-1"]["environment"]["SENDBACK_SERVER__NOTICE_SECONDS"])
    assert float(re.search(r"health_interval (\d+)s", text)[1]) < notice  # type: ignore[index]


def test_nobody_is_killed_who_still_has_time_to_leave() -> None:
    defaults = Configuration.model_fields["server"].get_default(call_default_factory=True)
    for service in OURS.values():
        given = service.get("environment", {}).get("SENDBACK_SERVER__NOTICE_SECONDS", defaults.notice_seconds)
        patience = float(service["stop_grace_period"].removesuffix("s"))
        assert patience >= max(50, float(given) + defaults.drain_seconds + 25)


def test_the_web_is_asked_at_a_path_that_it_has() -> None:
    settings = Settings(portal_key=SecretStr("none-yet"), secret=SecretStr("s" * 64))
    asked = re.search(r"http://127\.0\.0\.1:(\d+)(/\w+)", " ".join(OURS["web"]["healthcheck"]["test"]))
    assert asked is not None
    assert int(asked[1]) == Settings.model_fields["port"].default
    assert asked[2] in {route.path for route in routes(settings) if isinstance(route, Route)}


@pytest.mark.parametrize("name", sorted(OURS))
def test_ours_write_nowhere_and_may_do_nothing(name: str) -> None:
    service = OURS[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "user" not in service, "the image's own user runs it"
    assert "ports" not in service, "who comes from outside comes by the proxy"


def test_the_image_is_built_in_two_stages_and_runs_as_nobody_in_particular() -> None:
    found = instructions()
    assert [rest.split()[0] for what, rest in found if what == "FROM"] == ["python:${PYTHON}"] * 2
    (base,) = [rest for what, rest in found if what == "ARG"]
    assert re.fullmatch(r"PYTHON=3\.\d+(\.\d+)?-slim-\w+", base)
    assert [rest for what, rest in found if what == "USER"] == ["10001:10001"]
    last = next(place for place, (what, _) in reversed(list(enumerate(found))) if what == "FROM")
    copied = [rest for what, rest in found[last:] if what in ("COPY", "ADD")]
    assert copied == ["--from=build /opt/sendback /opt/sendback"]
    for what, rest in found[:last]:
        if what == "COPY":
            assert all((ROOT / source).exists() for source in rest.split()[:-1]), rest


def test_what_is_mounted_is_there_and_images_have_versions() -> None:
    for name, service in SERVICES.items():
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            there = (DOCKER / source).exists() if source.startswith(".") else source in COMPOSE["volumes"]
            assert there, f"{name}: {volume}"
        tag = service["image"].partition(":")[2]
        assert any(digit.isdigit() for digit in tag), f"{name}: {service['image']}"
        depends = service.get("depends_on", ())
        assert set(depends) <= set(SERVICES)


def test_two_of_each_stand_behind_the_proxy_and_are_watched() -> None:
    run = [" ".join(service["command"]) for service in OURS.values()]
    assert (run.count("sendback serve"), run.count("sendback worker")) == (2, 2)
    watched = yaml.safe_load((DOCKER / "prometheus.yaml").read_text(encoding="utf-8"))
    targets = {
        target.split(":")[0]: job["job_name"]
        for job in watched["scrape_configs"]
        for config in job["static_configs"]
        for target in config["targets"]
    }
    roles = {name: f"sendback-{service['command'][-1]}" for name, service in OURS.items()}
    expected = {name: role.replace("serve", "server") for name, role in roles.items() if name[-1].isdigit()}
    assert targets == expected


def test_its_configuration_is_valid_and_lacks_no_account() -> None:
    document = tomllib.loads((DOCKER / "sendback.toml").read_text(encoding="utf-8"))
    assert document["accounts"]["mail"]["settings"]["host"] in SERVICES
    configuration = read(DOCKER / "sendback.toml")
    assert lacking(configuration, Host(configuration.accounts)) == {}


def test_every_member_but_the_rehearsal_is_built() -> None:
    """`build.sh` finds them as the Makefile does."""
    text = (DOCKER / "build.sh").read_text(encoding="utf-8")
    assert "ls -d protos service plugins/* carriers/* clients/*" in text
    assert "--require-hashes" in text
    copied = [rest.split()[0] for what, rest in instructions() if what == "COPY"]
    assert {"requirements.lock", "protos", "plugins", "carriers", "clients", "service"} <= set(copied)


@pytest.mark.parametrize("page", ["service/docs/runbook.md", "service/docs/backup.md", "docker/README.md"])
def test_commands_that_people_are_told_to_type_are_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8").replace("\n", " ")
    ours, theirs = typer.main.get_command(app), typer.main.get_command(sendbackctl)
    typed = re.findall(r"(?:`|  |migrate )sendback ([a-z]+)", text)
    typed_there = re.findall(r"sendbackctl (?:--target \S+ )?([a-z]+) ([a-z]+)", text)
    assert typed
    assert [name for name in typed if name not in ours.commands] == []  # type: ignore[attr-defined]
    for group, name in typed_there:
        assert name in theirs.commands[group].commands  # type: ignore[attr-defined]
