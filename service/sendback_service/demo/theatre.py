"""Sets the stage, plays the stories, says how it went."""

import shutil
import time
from pathlib import Path

from rich.console import Console
from sendback.v1 import policy_pb2
from sendback_client import SendbackError, money

from sendback_service.demo.own import play_own
from sendback_service.demo.portal_stories import PORTAL_STORIES
from sendback_service.demo.stage import Stage
from sendback_service.demo.stories import STORIES
from sendback_service.demo.world import Shop, StoryFailed, World, latest_day, read_orders

ALL_STORIES = {**STORIES, **PORTAL_STORIES}
ORDERS = Path(__file__).parent / "orders"
_WINDOW = policy_pb2.ReturnWindow(days=30, time_zone="Europe/Paris")
_FREE = policy_pb2.Policy(window=_WINDOW)
_FLAT_FEE = policy_pb2.Policy(
    window=_WINDOW,
    labels=policy_pb2.LabelTerms(
        policy=policy_pb2.LabelPolicy.FLAT_FEE,
        fees=[money(500, "EUR"), money(600, "JPY"), money(1500, "KWD")],
    ),
)
_SHOPS = (
    ("Maison Lumière", "lumiere", _FREE, "maison-lumiere.jsonl"),
    ("Nordwind", "nordwind", _FLAT_FEE, "nordwind.jsonl"),
    ("Sol y Mar", "sol-y-mar", _FREE, "sol-y-mar.jsonl"),
    ("Sakura", "sakura", _FREE, "sakura.jsonl"),
)


def play(orders: Path | None, out: Path) -> int:
    """Exit status 0 only where everything came out as told. `out` is emptied first."""
    console = Console(highlight=False)
    began = time.monotonic()
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    files = sorted((orders or ORDERS).glob("*.jsonl"))
    try:
        day = latest_day(files)
        with World(out / "world") as world:
            world.set_clock(day)
            console.print(f"server on {world.installation.target}, carrier, bank and mail server beside it")
            failed = _own(world, files, out, console) if orders else _stories(world, out, console)
    except StoryFailed as wrong:
        console.print(f"[red]✗[/] {wrong}")
        return 1
    console.print(f"{'[red]not all came out as told' if failed else '[green]all came out as told'}[/]"
                  f" · {time.monotonic() - began:.0f} s · results in {out}/")  # fmt: skip
    return 1 if failed else 0


def _stories(world: World, out: Path, console: Console) -> int:
    shops = open_shops(world)
    counted = sum(len(shop.orders) for shop in shops.values())
    console.print(f"{counted} orders of {len(shops)} shops imported")
    return sum(not _played(world, shops, name, out / name, console) for name in ALL_STORIES)


def open_shops(world: World) -> dict[str, Shop]:
    """The demo's merchants, by slug."""
    return {
        slug: world.open_shop(name, slug, policy, list(read_orders(ORDERS / file)))
        for name, slug, policy, file in _SHOPS
    }


def _played(world: World, shops: dict[str, Shop], name: str, folder: Path, console: Console) -> bool:
    folder.mkdir()
    story, began = ALL_STORIES[name], time.monotonic()
    console.print(f"\n[bold]{name}[/]  {(story.__doc__ or '').strip()}")

    def say(line: str) -> None:
        console.print(f"  {time.monotonic() - began:5.1f} s  {line}", markup=False)

    try:
        story(Stage(world, shops, folder, say))
    except (StoryFailed, SendbackError) as wrong:
        console.print(f"  [red]✗[/] {wrong}", markup=True)
        _log_tail(world, console)
        return False
    console.print("  [green]✓[/] as told")
    return True


def _own(world: World, files: list[Path], out: Path, console: Console) -> int:
    shops = [
        world.open_shop(file.stem, f"shop-{number}", _FREE, list(read_orders(file)))
        for number, file in enumerate(files, 1)
    ]
    return sum(
        not play_own(world, shop, number, out / f"order-{shop.slug}-{place}", console)
        for shop in shops
        for place, number in enumerate(shop.orders, 1)
    )


def _log_tail(world: World, console: Console) -> None:
    for name in ("server.log", "worker.log"):
        lines = [line for line in world.installation.log(name).splitlines() if '"level":"error"' in line]
        for line in lines[-3:]:
            console.print(f"  {name}: {line}", markup=False)
