import json
import urllib.error
import urllib.request
from typing import Annotated

import typer

from sendback_service.command.terminal import Config, err, out
from sendback_service.configuration import Configuration, ConfigurationError, read

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}


def health(
    config: Config = None,
    address: Annotated[
        str, typer.Option(help="HOST:PORT of a server; the configuration's unless given.")
    ] = "",
    service: Annotated[str, typer.Option(help="Only this service, such as sendback.v1.ReturnsService.")] = "",
    worker: Annotated[bool, typer.Option("--worker", help="Asks a worker for its /ready instead.")] = False,
    number: Annotated[int, typer.Option(min=0, help="Of several workers here, counted from 0.")] = 0,
    timeout: Annotated[float, typer.Option(min=0.1, max=60, help="Seconds to wait.")] = 3.0,
) -> None:
    """Asks a server like a probe does, or a worker. Exit status 0 where it should be given work, 1 where not."""
    configuration = read(config)
    wrong = (
        _of_worker(configuration, number, timeout)
        if worker
        else _of_server(address or _address(configuration), service, timeout)
    )
    if wrong:
        err.print(f"sendback: {wrong}", style="red", highlight=False, soft_wrap=True, markup=False)
        raise typer.Exit(1)
    out.print("ready" if worker else "SERVING", highlight=False)


def _address(configuration: Configuration) -> str:
    """This machine's, where it serves everywhere."""
    return f"{_near(configuration.server.host)}:{configuration.server.port}"


def _near(host: str) -> str:
    return _EVERYWHERE.get(host, f"[{host}]" if ":" in host else host)


def _of_server(address: str, service: str, timeout: float) -> str:
    """What is wrong; empty where nothing is."""
    import grpc
    from grpc_health.v1 import health_pb2, health_pb2_grpc

    try:
        with grpc.insecure_channel(address) as channel:
            ask = health_pb2_grpc.HealthStub(channel).Check
            answer = ask(health_pb2.HealthCheckRequest(service=service), timeout=timeout)
    except grpc.RpcError as failed:
        return f"{address}: {failed.code().name}: {failed.details()}"  # type: ignore[attr-defined]
    status = health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status)
    return "" if answer.status == health_pb2.HealthCheckResponse.SERVING else f"{address}: {status}"


def _of_worker(configuration: Configuration, number: int, timeout: float) -> str:
    metrics = configuration.metrics
    if not metrics.worker_port:
        raise ConfigurationError(
            "workers show nothing: set metrics.worker_port (SENDBACK_METRICS__WORKER_PORT)"
        )
    url = f"http://{_near(metrics.host)}:{metrics.worker(number)}/ready"
    try:
        with urllib.request.urlopen(url, timeout=timeout):
            return ""
    except urllib.error.HTTPError as refused:
        with refused:
            return f"{url}: {_problems(refused.read())}"
    except OSError as failed:
        return f"{url}: {failed}"


def _problems(body: bytes) -> str:
    report = json.loads(body)
    return "; ".join(f"{name} {why}" for name, why in report.items() if name != "ready" and why != "ok")
