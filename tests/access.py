"""`python -m tests.access` writes the table of RPC × key × scope from the code: service/docs/access.md."""

from collections.abc import Iterator
from pathlib import Path

from sendback_service.api.scopes import TABLE
from sendback_service.keys import KeyKind, Scope

PAGE = Path("service/docs/access.md")
_HEAD = """# Who may call what

Made from the code by `python -m tests.access`; an RPC that does not stand here cannot be called by anybody.

Whoever calls shows one of three things:

- **an access key**, `authorization: Bearer sbk_…`. `sendback init` makes the first operator's key; `CreateAccessKey`
  and `sendback key create` make others, `RotateAccessKey` and `sendback key rotate` replace one without a pause: the
  successor works at once, the old one for a day longer, or as long as you say. Only a hash of a key is kept;
- **a token** of an identity provider (OpenID Connect) that `[issuers.…]` of the configuration names;
- **a client's certificate**, where `[server.tls]` demands them and a grant says what its holder may do.

| kind | for | reaches |
|---|---|---|
| OPERATOR | who runs the installation | settings and carriers of every merchant that it names; no returns, no buyers |
| PORTAL | front ends for buyers | `PortalService`, with what a buyer's session opens |
| MERCHANT | a merchant's own systems and people | its own merchant only, as far as its scopes go |

A portal tells the buyer's IP address in the metadata `buyer-address`: guessing is limited by it.
A merchant's key with `keys.write` makes, rotates and revokes keys of its merchant whose scopes it has itself, and
none that lasts longer: a key that ends can replace itself by one that lives as long again at most.

```toml
[server.tls]                       # files are read anew when they change
certificate = "tls/server.pem"
key = "tls/server.key"
client_ca = "tls/clients.pem"      # nobody connects without a certificate of theirs; leave it out to ask for none

[[server.tls.grants]]              # what a certificate is worth without a key; claims are `san` and `cn`
when = { san = "spiffe://example.org/orders" }
kind = "OPERATOR"

[issuers.corp]
issuer = "https://login.example.org/realms/corp"
audience = "sendback"
algorithms = ["RS256"]             # no other is taken, whatever a token says of itself

[[issuers.corp.grants]]            # the first that fits decides
when = { azp = "orders-service" }
kind = "MERCHANT"
merchant_claim = "sendback_merchant"
scopes = ["orders.read", "orders.write"]     # at most; `scopes_claim` may name fewer
scopes_claim = "scope"
```

"""


def page() -> str:
    return _HEAD + "\n".join([*_scopes(), *_rpcs()]) + "\n"


def _scopes() -> Iterator[str]:
    yield "## Scopes of merchants' keys\n"
    yield "| scope | opens |\n|---|---|"
    for scope in Scope:
        opened = [_short(path) for path, entry in TABLE.items() if entry.scope is scope]
        yield f"| `{scope}` | {', '.join(f'`{name}`' for name in opened)} |"


def _rpcs() -> Iterator[str]:
    service = ""
    for path, entry in TABLE.items():
        found, _, rpc = path.rpartition("/")
        if found != service:
            service = found
            yield f"\n## {service.rpartition('.')[2]}\n"
            yield "| RPC | OPERATOR | PORTAL | MERCHANT |\n|---|---|---|---|"
        cells = [_cell(kind, entry.kinds, entry.scope) for kind in KeyKind]
        yield f"| `{rpc}` | {' | '.join(cells)} |"


def _cell(kind: KeyKind, kinds: frozenset[KeyKind], scope: Scope | None) -> str:
    if kind not in kinds:
        return "–"
    return f"`{scope}`" if kind is KeyKind.MERCHANT and scope else "yes"


def _short(path: str) -> str:
    service, _, rpc = path.rpartition(".")[2].partition("/")
    return f"{service.removesuffix('Service')}.{rpc}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{PAGE}: {len(TABLE)} RPCs")
