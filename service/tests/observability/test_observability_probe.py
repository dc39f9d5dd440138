"""`sendback health` asks like a probe, without any other program."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from sendback_service.command.app import app
from sendback_service.observability.pages import Pages, shown
from sendback_service.observability.readiness import Report
from typer.testing import CliRunner, Result

from service.tests.observability.test_observability_pages import BAD, GOOD, a_port
from tests.certificates import Authority

Serve = Callable[[grpc.ServerCredentials | None], tuple[int, health.HealthServicer]]


@pytest.fixture
def serve() -> Iterator[Serve]:
    servers: list[grpc.Server] = []

    def start(credentials: grpc.ServerCredentials | None = None) -> tuple[int, health.HealthServicer]:
        server, servicer = grpc.server(ThreadPoolExecutor(2)), health.HealthServicer()
        servers.append(server)
        health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
        near = "127.0.0.1:0"
        port = server.add_secure_port(near, credentials) if credentials else server.add_insecure_port(near)
        server.start()
        servicer.set("", health_pb2.HealthCheckResponse.SERVING)
        return port, servicer

    yield start
    for server in servers:
        server.stop(None)


def asked(tmp_path: Path, toml: str, *arguments: str) -> Result:
    file = tmp_path / "sendback.toml"
    file.write_text(toml)
    return CliRunner().invoke(
        app, ["health", "--config", str(file), "--timeout", "20", *arguments], env={"COLUMNS": "300"}
    )


def test_a_server_is_asked_where_the_configuration_has_it(serve: Serve, tmp_path: Path) -> None:
    port, servicer = serve(None)
    toml = f'[server]\nhost = "0.0.0.0"\nport = {port}\n'
    good = asked(tmp_path, toml)
    assert (good.exit_code, good.stdout.strip()) == (0, "ready")
    servicer.set("", health_pb2.HealthCheckResponse.NOT_SERVING)
    bad = asked(tmp_path, toml)
    assert bad.exit_code == 1
    assert "NOT_SERVING" in bad.stderr
    unknown = asked(tmp_path, toml, "--service", "sendback.v1.Nobody")
    assert unknown.exit_code == 1
    assert "NOT_FOUND" in unknown.stderr


def test_nobody_answers(tmp_path: Path) -> None:
    found = asked(tmp_path, "", "--address", f"127.0.0.1:{a_port()}")
    assert found.exit_code == 1
    assert "UNAVAILABLE" in found.stderr


def test_over_tls_it_is_to_have_its_own_certificate(serve: Serve, tmp_path: Path) -> None:
    chain, key = Authority().server()
    (tmp_path / "chain.pem").write_bytes(chain)
    (tmp_path / "key.pem").write_bytes(key)
    port, _ = serve(grpc.ssl_server_credentials([(key, chain)]))
    toml = f'[server]\nport = {port}\ntls = {{ certificate = "chain.pem", key = "key.pem" }}\n'
    assert asked(tmp_path, toml).exit_code == 0
    (tmp_path / "chain.pem").write_bytes(Authority("others").server()[0])
    assert asked(tmp_path, toml).exit_code == 1
    (tmp_path / "chain.pem").write_bytes(b"no certificate")
    wrong = asked(tmp_path, toml)
    assert wrong.exit_code == 2
    assert "server.tls.certificate" in wrong.stderr


@pytest.mark.parametrize(("report", "status", "said"), [(GOOD, 0, "ready"), (BAD, 1, "database cannot be")])
def test_a_worker_and_a_server_that_wants_certificates_are_asked_for_their_page(
    tmp_path: Path, report: Report, status: int, said: str
) -> None:
    for name in ("chain.pem", "key.pem", "ca.pem"):
        (tmp_path / name).write_bytes(b"")
    port = a_port()
    tls = '{ certificate = "chain.pem", key = "key.pem", client_ca = "ca.pem" }'
    toml = f"[metrics]\nport = {port}\nworker_port = {port}\n[server]\ntls = {tls}\n"
    with shown(Pages((), lambda: report), "127.0.0.1", port):
        for arguments in (("--worker",), ()):
            found = asked(tmp_path, toml, *arguments)
            assert found.exit_code == status
            assert said in found.stdout + found.stderr
    gone = asked(tmp_path, toml, "--worker")
    assert gone.exit_code == 1
    assert "refused" in gone.stderr


def test_who_shows_nothing_cannot_be_asked(tmp_path: Path) -> None:
    found = asked(tmp_path, "", "--worker")
    assert found.exit_code == 2
    assert "SENDBACK_METRICS__WORKER_PORT" in found.stderr
