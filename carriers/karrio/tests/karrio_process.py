"""What runs inside karrio's own environment: `prepare KEY TEST_KEY` makes its database, `serve PORT_FILE` serves it.

Not imported by our tests, and imports nothing of ours: karrio is another party's program.
"""

import os
import resource
import socket
import sys
import threading
from pathlib import Path

MEMORY = 3 * 1024**3
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "karrio.server.settings")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def prepare(key: str, test_key: str) -> None:
    """Tables straight from the models: the four hundred migrations that lead there take a minute and a half."""
    import django

    django.setup()
    from django.apps import apps
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.core.management import call_command

    settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
    for model in apps.get_models(include_swapped=True):
        if (name := model._meta.swappable) and not hasattr(settings, name):
            setattr(settings, name, model._meta.label)
    call_command("migrate", run_syncdb=True, verbosity=0)
    user = get_user_model().objects.create_superuser("shop@example.com", "practice")
    from karrio.server.manager.models import Tracking
    from karrio.server.user.models import Token

    Token.objects.create(user=user, key=key, label="live")
    Token.objects.create(user=user, key=test_key, label="test", test_mode=True)
    Tracking.objects.create(tracking_number="SEEN0001", created_by=user, test_mode=False, **SEEN)


# A parcel that was seen, as karrio keeps what its background worker fetched from a carrier.
SEEN = {
    "status": "delivered",
    "delivered": True,
    "carrier": {"carrier_id": "returns", "carrier_code": "generic", "carrier_name": "generic"},
    "events": [
        {"date": "2026-11-20", "time": "16:05", "description": "Delivered", "code": "D"},
        {
            "date": "2026-11-18",
            "time": "09:30",
            "timestamp": "2026-11-18T09:30:00.000Z",
            "status": "picked_up",
            "description": "Dropped off",
            "code": "A",
        },
    ],
}


def serve(port_file: Path) -> None:
    """On a free port of the loopback, told by `port_file`, until nobody holds our input any more."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    threading.Thread(target=_end_with_the_tests, daemon=True).start()
    import uvicorn
    from karrio.server.asgi import (
        application,  # before there is a loop: it reads its settings from the database
    )

    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()  # who calls before uvicorn is ready waits
    server = uvicorn.Server(uvicorn.Config(application, log_level="warning"))
    port_file.with_suffix(".new").write_text(str(listening.getsockname()[1]))
    port_file.with_suffix(".new").rename(port_file)
    server.run(sockets=[listening])


def _end_with_the_tests() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        prepare(*sys.argv[2:])
    else:
        serve(Path(sys.argv[2]))
