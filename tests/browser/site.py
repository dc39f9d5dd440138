"""The web application as operations would start it, on a free port of this machine."""

import os
import re
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType

from sendback.v1.merchant_pb2 import AccessKey
from sendback.v1.merchant_service_pb2 import CreateAccessKeyRequest
from sendback_service.demo.world import World

_ADDRESS = re.compile(r"sendback-web serves on (\S+)")
_SECONDS = 60
SECRET = "a secret of the tests, of no use to anybody"


class Site(AbstractContextManager["Site"]):
    """`url` is where it is, `log` what it said so far. `environment` adds to its settings."""

    def __init__(self, world: World, folder: Path, environment: dict[str, str] | None = None) -> None:
        self.world = world
        self.url = ""
        self._file = folder / "web.log"
        self._environment = environment or {}

    def __enter__(self) -> "Site":
        key = self.world.operator.merchants.CreateAccessKey(
            CreateAccessKeyRequest(access_key=AccessKey(kind=AccessKey.PORTAL))
        )
        settings = {
            "SENDBACK_WEB_PORT": "0",
            "SENDBACK_WEB_TARGET": self.world.installation.target,
            "SENDBACK_WEB_PORTAL_KEY": key.secret,
            "SENDBACK_WEB_SECRET": SECRET,
            "SENDBACK_WEB_PRIVATE_HOSTS": '["127.0.0.1"]',
        }
        self._log = self._file.open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "sendback_web", "serve"],
            env={**os.environ, **settings, **self._environment},
            stdout=subprocess.PIPE,
            stderr=self._log,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline().decode()
        found = _ADDRESS.search(line)
        assert found is not None, f"the web did not start: {self.log()}"
        self.url = f"http://{found[1]}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(_SECONDS)
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._log.close()

    def log(self) -> str:
        return self._file.read_text(errors="replace")
