"""An identity provider on loopback: publishes its keys, signs tokens, rotates its keys, and may fall silent."""

import json
import time
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

AUDIENCE = "sendback"


class Provider(AbstractContextManager["Provider"]):
    """`asked` are the paths that were asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.silent = False
        self._keys: dict[str, rsa.RSAPrivateKey] = {}
        self.published: list[dict[str, Any]] = []
        self.current = ""
        self.turn()

    def __enter__(self) -> "Provider":
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.asked.append(self.path)
                body = json.dumps(provider._said(self.path)).encode()
                self.send_response(503 if provider.silent else 200)
                self.send_header("content-type", "application/json")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self._server.server_port}/realm"
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def turn(self) -> str:
        """A new key signs from now on, and the old ones are published no more; answers its name."""
        self.current = f"key-{len(self._keys)}"
        self._keys[self.current] = key = rsa.generate_private_key(65537, 2048)
        public = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
        self.published = [{**public, "kid": self.current, "use": "sig", "alg": "RS256"}]
        return self.current

    def token(self, now: float = 0.0, kid: str = "", **claims: Any) -> str:
        """Signed by the current key, unless another is named; good for five minutes. None takes a claim out."""
        now = now or time.time()
        usual = {"iss": self.issuer, "aud": AUDIENCE, "sub": "orders", "exp": int(now + 300), "iat": int(now)}
        said = {name: value for name, value in {**usual, **claims}.items() if value is not None}
        named = kid or self.current
        # Whatever the claims are: one that is malformed is a case to try.
        body = json.dumps(said).encode()
        return jwt.PyJWS().encode(body, self._keys[named], "RS256", {"kid": named})

    def _said(self, path: str) -> dict[str, Any]:
        if path.endswith("/.well-known/openid-configuration"):
            return {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys"}
        return {"keys": self.published}
