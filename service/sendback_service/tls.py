"""TLS on the gRPC port. Certificate, key and the clients' authorities are files, read anew when they change: whoever
renews them starts nothing anew. Files that do not fit together are said to be so, and the former ones stay."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import cast

import grpc
import structlog
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from sendback_service.authentication_settings import Tls
from sendback_service.configuration import ConfigurationError

# None is an answer too, whatever the stubs say.
_Fetcher = Callable[[], grpc.ServerCertificateConfiguration]
_Stamp = tuple[tuple[int, int], ...]


def credentials(tls: Tls) -> grpc.ServerCredentials:
    """Raises `ConfigurationError` where the files are no certificate and its key."""
    files = _Files(tls)
    return grpc.dynamic_ssl_server_credentials(
        files.read(), cast(_Fetcher, files.changed), require_client_authentication=tls.client_ca is not None
    )


class _Files:
    def __init__(self, tls: Tls) -> None:
        self._tls = tls
        self._seen: _Stamp = ()

    def read(self) -> grpc.ServerCertificateConfiguration:
        self._seen = self._stamp()
        chain, key = _bytes(self._tls.certificate), _bytes(self._tls.key)
        _check(self._tls, chain, key)
        roots = _bytes(self._tls.client_ca) if self._tls.client_ca else None
        if roots is not None:
            _certificates(roots, "server.tls.client_ca")
        return grpc.ssl_server_certificate_configuration([(key, chain)], root_certificates=roots)

    def changed(self) -> grpc.ServerCertificateConfiguration | None:
        """Asked before every handshake; None for what is in force."""
        if self._stamp() == self._seen:
            return None
        try:
            found = self.read()
        except ConfigurationError as wrong:
            structlog.get_logger().error("tls.refused", why=str(wrong))
            return None
        structlog.get_logger().info("tls.renewed", certificate=str(self._tls.certificate))
        return found

    def _stamp(self) -> _Stamp:
        found = []
        for file in (self._tls.certificate, self._tls.key, self._tls.client_ca):
            with suppress(OSError):
                status = file.stat() if file else None
                found.append((status.st_mtime_ns, status.st_size) if status else (0, 0))
        return tuple(found)


def _check(tls: Tls, chain: bytes, key: bytes) -> None:
    certificate = _certificates(chain, "server.tls.certificate")[0]
    try:
        private = load_pem_private_key(key, None)
    except (ValueError, TypeError):
        raise ConfigurationError(f"server.tls.key: {tls.key} is no private key in PEM") from None
    if private.public_key() != certificate.public_key():
        raise ConfigurationError(f"server.tls.key: {tls.key} is not the key of {tls.certificate}")


def _certificates(data: bytes, field: str) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(data)
    except ValueError:
        raise ConfigurationError(f"{field}: no certificate in PEM") from None


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as missing:
        raise ConfigurationError(f"server.tls: {file}: {missing.strerror or missing}") from None
