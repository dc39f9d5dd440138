import json
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sendback_service.authentication_settings import Tls
from sendback_service.command.terminal import Config, err, out
from sendback_service.configuration import Configuration, ConfigurationError, Metrics, read

if TYPE_CHECKING:
    import grpc

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
    """Asks a server like a probe does, or a worker. Exit status 0 where it should be given work, 1 where not.

    A server that wants certificates of its callers is asked for its /ready."""
    configuration = read(config)
    metrics, tls = configuration.metrics, configuration.server.tls
    if worker:
        wrong = _of_page(metrics, metrics.worker(number), "worker_port", timeout)
    elif tls is not None and tls.client_ca is not None:
        wrong = _of_page(metrics, metrics.server(number), "port", timeout)
    else:
        wrong = _of_server(address or _address(configuration), service, timeout, tls)
    if wrong:
        err().print(f"sendback: {wrong}", style="red", highlight=False, soft_wrap=True, markup=False)
        raise typer.Exit(1)
    out().print("ready", highlight=False)


def _address(configuration: Configuration) -> str:
    """This machine's, where it serves everywhere."""
    return f"{_near(configuration.server.host)}:{configuration.server.port}"


def _near(host: str) -> str:
    return _EVERYWHERE.get(host, f"[{host}]" if ":" in host else host)


def _of_server(address: str, service: str, timeout: float, tls: Tls | None) -> str:
    """What is wrong; empty where nothing is."""
    import grpc
    from grpc_health.v1 import health_pb2, health_pb2_grpc

    try:
        with _channel(address, tls) as channel:
            stub: Any = health_pb2_grpc.HealthStub(channel)
            answer = stub.Check(health_pb2.HealthCheckRequest(service=service), timeout=timeout)
    except grpc.RpcError as failed:
        return f"{address}: {failed.code().name}: {failed.details()}"
    status = health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status)
    return "" if answer.status == health_pb2.HealthCheckResponse.SERVING else f"{address}: {status}"


def _channel(address: str, tls: Tls | None) -> "grpc.Channel":
    """Over TLS the server is to have the certificate that the configuration names, whatever name it bears."""
    import grpc
    from cryptography import x509

    if tls is None:
        return grpc.insecure_channel(address)
    try:
        chain = tls.certificate.read_bytes()
        leaf = x509.load_pem_x509_certificates(chain)[0]
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound) as wrong:
        raise ConfigurationError(f"server.tls.certificate: {wrong}") from None
    known = (*names.get_values_for_type(x509.DNSName), *map(str, names.get_values_for_type(x509.IPAddress)))
    name = (known or ("localhost",))[0].replace("*", "any", 1)
    return grpc.secure_channel(
        address, grpc.ssl_channel_credentials(chain), [("grpc.ssl_target_name_override", name)]
    )


def _of_page(metrics: Metrics, port: int, key: str, timeout: float) -> str:
    if not port:
        raise ConfigurationError(
            f"nothing is shown to ask for: set metrics.{key} (SENDBACK_METRICS__{key.upper()})"
        )
    url = f"http://{_near(metrics.host)}:{port}/ready"
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
