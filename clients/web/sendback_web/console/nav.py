"""The pages of the console, as they stand in its side."""

from dataclasses import dataclass

from sendback_web.console.staff import Grant
from sendback_web.words import N_


@dataclass(frozen=True, slots=True)
class Link:
    path: str
    text: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    links: tuple[Link, ...]


_SHOP = (
    (
        "",
        (
            ("", N_("Overview")),
            ("tasks", N_("To do")),
            ("returns", N_("Returns")),
            ("reception", N_("Reception")),
            ("orders", N_("Orders")),
            ("inserts", N_("Inserts")),
        ),
    ),
    (
        N_("Your portal"),
        (
            ("ready", N_("Is it ready?")),
            ("settings", N_("Settings")),
            ("policy", N_("Policy and reasons")),
            ("brand", N_("Brand")),
            ("warehouses", N_("Warehouses")),
            ("accounts", N_("Own accounts")),
            ("preview", N_("Preview")),
        ),
    ),
    (
        N_("Insight"),
        (
            ("figures", N_("Figures")),
            ("buyers", N_("Buyers’ data")),
            ("webhooks", N_("Webhooks")),
            ("keys", N_("Access keys")),
        ),
    ),
)
_OPERATIONS = (
    (
        N_("Operations"),
        (
            ("", N_("Carriers")),
            ("routing", N_("Routing")),
            ("plugins", N_("Plugins")),
            ("keys", N_("Access keys")),
        ),
    ),
)
OPERATIONS = "operations"


def groups(shop: str, grant: Grant, path: str) -> list[Group]:
    """A shop's pages, and those of operations for who sees to them."""
    found = [*_grouped(_SHOP, f"/console/{shop}", path)] if shop else []
    return [*found, *(_grouped(_OPERATIONS, f"/console/{OPERATIONS}", path) if grant.operator else [])]


def _grouped(told: tuple[tuple[str, tuple[tuple[str, str], ...]], ...], root: str, path: str) -> list[Group]:
    return [
        Group(
            title,
            tuple(Link(f"{root}/{name}".rstrip("/"), text, _is_at(root, name, path)) for name, text in links),
        )
        for title, links in told
    ]


def _is_at(root: str, name: str, path: str) -> bool:
    if not name:
        return path.rstrip("/") == root
    return path == f"{root}/{name}" or path.startswith(f"{root}/{name}/")
