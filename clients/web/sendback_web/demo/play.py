"""`python -m sendback_web demo`: starts everything, says where it is, waits to be stopped."""

import secrets
import shutil
import signal
from pathlib import Path

import qrcode

from sendback_web.demo.desk import Desk
from sendback_web.demo.letters import Letters
from sendback_web.demo.processes import NotStarted, Processes, free_port
from sendback_web.demo.shop import SLUG, DemoShop, open_shop

_MARK = "sendback.toml"


def play(folder: Path, port: int) -> int:
    """The folder is made anew each time."""
    if folder.exists() and any(folder.iterdir()) and not (folder / _MARK).exists():
        print(f"{folder} holds something else; name another folder")
        return 2
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    web = free_port(port)
    base_url = f"http://127.0.0.1:{web}"
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with (
            Letters(free_port(8025)) as letters,
            Desk(base_url, free_port(8090)) as desk,
            Processes(folder) as processes,
        ):
            operator_key = processes.service(base_url, letters.smtp)
            shop = open_shop(processes.target, operator_key, letters.url)
            console = desk.environment(folder, shop, operator_key)
            processes.web({**_environment(processes.target, shop, base_url, web), **console})
            _tell(base_url, letters.url, shop, folder)
            processes.wait()
    except KeyboardInterrupt:
        print("\nstopped")
    except NotStarted as reason:
        print(reason)
        return 1
    return 0


def _environment(target: str, shop: DemoShop, base_url: str, port: int) -> dict[str, str]:
    return {
        "SENDBACK_WEB_TARGET": target,
        "SENDBACK_WEB_PORT": str(port),
        "SENDBACK_WEB_BASE_URL": base_url,
        "SENDBACK_WEB_PORTAL_KEY": shop.portal_key,
        "SENDBACK_WEB_SECRET": secrets.token_urlsafe(32),
        "SENDBACK_WEB_PRIVATE_HOSTS": '["127.0.0.1"]',
    }


def _tell(base_url: str, letters_url: str, shop: DemoShop, folder: Path) -> None:
    first = next(iter(shop.links.values()))
    code = qrcode.QRCode(border=1)
    code.add_data(first)
    code.print_ascii(invert=True)
    print(
        f"""The code on the slip of order #1001. It leads to {first}

  portal    {base_url}/{SLUG}   sign in with #1001 and 75020, #1002 and 10119, #1003 and 28013,
            #1004 (outside the label countries) and NW6 1NF, #1005 (too late) and 75020
  console   {base_url}/console   sign in as Camille (the shop), Otto (operations) or a stranger
  letters   {letters_url}   every letter that the service sends
  logs      {folder}/service.log, {folder}/web.log

Ctrl-C ends everything.""",
        flush=True,
    )
