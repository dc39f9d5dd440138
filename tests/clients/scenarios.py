"""The scenarios: what each client does, and what must come of it. One that yields is played by all languages at the
same time: what it names is done to the server they share, once for all.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import grpc

from tests.clients.capricious import PDF, chunks, refusal
from tests.clients.ground import Player, a_parcel, a_request, a_return, an_event, long_ago, orders
from tests.clients.hands import Broken, Refused, Wrong

_AMOUNTS = (
    *(("1099", "EUR"), ("-1099", "EUR"), ("0", "EUR")),
    *(("1099", "JPY"), ("1099", "UYI"), ("1099", "KWD"), ("7", "CLF"), ("7", "UYW")),
)
_MONEY = (
    "10 990000000 1099",
    "-10 -990000000 -1099",
    "0 0 0",
    "1099 0 1099",
    "1099 0 1099",
    "1 99000000 1099",
    "0 700000 7",
    "0 700000 7",
)


@dataclass(frozen=True, slots=True)
class Scenario:
    says: str
    play: Callable[[Player], Any]
    together: bool = False


ALONE: list[Scenario] = []
TOGETHER: list[Scenario] = []


def alone(says: str) -> Callable[[Callable[[Player], None]], Callable[[Player], None]]:
    def listed(play: Callable[[Player], None]) -> Callable[[Player], None]:
        ALONE.append(Scenario(says, play))
        return play

    return listed


def together(says: str) -> Callable[[Callable[[Player], Iterator[str]]], Callable[[Player], Iterator[str]]]:
    def listed(play: Callable[[Player], Iterator[str]]) -> Callable[[Player], Iterator[str]]:
        TOGETHER.append(Scenario(says, play, together=True))
        return play

    return listed


def same(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise Wrong(f"{what}: {found!r} instead of {wanted!r}")


@alone("orders sent in a stream")
def _(player: Player) -> None:
    sent = [*orders("#a", "#b", "#c", "#d"), long_ago("#old"), {"externalId": "ext-#none"}]
    answer = player.hand.do("importOrders", orders=sent)
    same("new orders", answer.get("created"), 5)
    same("rejected", [order["index"] for order in answer["rejected"]], [5])


@alone("create")
def _(player: Player) -> None:
    made = a_return(player.hand.do("createReturn", request=a_request()))
    known = a_return_of(player, made.id)
    same("the return", (made.id, made.order_number), (known.id, "#a"))
    same("its amount", (made.estimated_amount.units, made.estimated_amount.currency_code), (89, "EUR"))


@alone("the same request twice")
def _(player: Player) -> None:
    request = a_request("ext-#b", requestId=f"twice-{player.language}")
    first = player.hand.do("createReturn", request=request)
    same("the second answer", player.hand.do("createReturn", request=request)["id"], first["id"])
    refused = player.hand.refusal("createReturn", request={**request, "orderId": "ext-#c"})
    same("another body", refused["reason"], "REQUEST_ID_REUSED")


@alone("a field that is wrong")
def _(player: Player) -> None:
    refused = player.hand.refusal(
        "createReturn", request=a_request(items=[{"orderLineId": "1", "quantity": -1}])
    )
    same("code and reason", (refused["code"], refused["reason"]), ("INVALID_ARGUMENT", "INVALID_FIELD"))
    same("fields", refused["fields"], ["items[0].quantity"])


@alone("a stale etag")
def _(player: Player) -> None:
    made = a_return(player.hand.do("createReturn", request=a_request("ext-#c")))
    request = {"returnId": made.id, "etag": "stale"}
    refused = player.hand.refusal("cancelReturn", request=request)
    same("code and reason", (refused["code"], refused["reason"]), ("ABORTED", "ETAG_STALE"))
    same("metadata", refused["metadata"]["current"].isdigit(), True)
    while refused["reason"] == "ETAG_STALE":  # again and again: a label is being bought meanwhile
        try:
            current = {**request, "etag": a_return_of(player, made.id).etag}
            same("read again", player.hand.do("cancelReturn", request=current)["decision"], "CANCELLED")
            return
        except Refused as again:
            refused = again.said
    raise Wrong(f"refused otherwise: {refused}")


@alone("not eligible")
def _(player: Player) -> None:
    refused = player.hand.refusal("createReturn", request=a_request("ext-#old"))
    same("code and reason", (refused["code"], refused["reason"]), ("FAILED_PRECONDITION", "NOT_RETURNABLE"))
    same("metadata", refused["metadata"]["code"], "WINDOW_EXPIRED")


@alone("refused in the caller's language")
def _(player: Player) -> None:
    request = a_request("ext-#old")
    english, german = (player.hand.refusal("createReturn", on, request=request) for on in ("shop", "german"))
    same("reasons", english["reason"], german["reason"])
    if not german["message"] or german["message"] == english["message"]:
        raise Wrong(f"no German: {german['message']!r}")


@alone("a key that is unknown")
def _(player: Player) -> None:
    player.hand.do("connect", "stranger", target=player.ground.target, key="sbk_stranger")
    refused = player.hand.refusal("createReturn", "stranger", request=a_request())
    same("code and reason", (refused["code"], refused["reason"]), ("UNAUTHENTICATED", "KEY_INVALID"))


@alone("a label, saved whole")
def _(player: Player) -> None:
    address = {"name": "Camille Martin", "street": "12 bis rue des Lilas", "postalCode": "75020"}
    request = {"sender": {**address, "city": "Paris", "regionCode": "FR"}, "weightGrams": 1200}
    parcel = a_parcel(player.hand.do("createLabel", request=request))
    folder = player.folder / "labels"
    folder.mkdir()
    named = player.hand.do("saveLabel", parcelId=parcel.id, at=str(folder))
    same("the folder", [str(file) for file in folder.iterdir()], [named])
    same("the name", named, str(folder / f"label-{parcel.id}.pdf"))
    mine = player.hand.do("saveLabel", parcelId=parcel.id, at=str(folder / "mine.pdf"))
    same(
        "the same label", (folder / "mine.pdf").read_bytes(), (folder / f"label-{parcel.id}.pdf").read_bytes()
    )
    same("its place", mine, str(folder / "mine.pdf"))
    same("a PDF", (folder / "mine.pdf").read_bytes()[:5], b"%PDF-")


@alone("a label that is cut or changed is not saved")
def _(player: Player) -> None:
    folder = player.folder / "broken"
    folder.mkdir()
    for pieces in (chunks(PDF[:-1]), chunks(PDF[::-1]), []):
        player.whim.chunks = pieces
        try:
            found = player.hand.do("saveLabel", "capricious", parcelId="par_1", at=str(folder))
        except Broken:
            continue
        raise Wrong(f"saved: {found}")
    player.whim.chunks, player.whim.refusals = chunks(), [refusal(grpc.StatusCode.UNAVAILABLE, "OVERLOADED")]
    same(
        "cut",
        player.hand.refusal("saveLabel", "capricious", parcelId="par_1", at=str(folder))["reason"],
        "OVERLOADED",
    )
    same("what is left", list(folder.iterdir()), [])


@alone("events, and on behind the last one")
def _(player: Player) -> None:
    wanted = player.ids()
    first = player.hand.begin("watch", request={"stopAtEnd": True}, count=2)
    same("as many as wanted", first.result(), 2)
    seen = [an_event(event) for event in first.events]
    rest = player.hand.begin("watch", request={"stopAtEnd": True, "resumeToken": seen[-1].resume_token})
    same("the rest", rest.result(), len(wanted) - 2)
    same("events", [event["id"] for event in (*first.events, *rest.events)], wanted)


@alone("a feed that is cut goes on")
def _(player: Player) -> None:
    player.whim.asked.clear()
    player.whim.refusals = [refusal(grpc.StatusCode.UNAVAILABLE, "OVERLOADED")]
    watch = player.hand.begin("watch", "capricious", request={"resumeToken": "1"})
    same("how many", watch.result(), 5)
    same("events", [event["id"] for event in watch.events], [f"evt_{n}" for n in range(2, 7)])
    same("asked behind", [request.resume_token for request, _ in player.whim.asked], ["1", "3"])
    player.whim.refusals = [refusal(grpc.StatusCode.PERMISSION_DENIED, "SCOPE_MISSING")]
    same("refused", player.hand.refusal("watch", "capricious")["reason"], "SCOPE_MISSING")


@alone("a client that is closed watches no more")
def _(player: Player) -> None:
    player.hand.do("connect", "closing", target=player.ground.target, key=player.ground.key(player.shop))
    watch = player.hand.begin("watch", "closing")
    watch.await_events(1)
    player.hand.do("close", "closing")
    try:
        watch.result()
    except Refused as refused:
        same("refused", refused.said["code"], "CANCELLED")


@alone("tried again under the same request id")
def _(player: Player) -> None:
    player.whim.asked.clear()
    player.whim.refusals = [refusal(grpc.StatusCode.UNAVAILABLE, "OVERLOADED")] * 2
    same("the answer", player.hand.do("createReturn", "capricious")["id"], "ret_1")
    same("ids", (len(player.whim.asked), len({r.request_id for r, _ in player.whim.asked})), (3, 1))
    if not player.whim.asked[0][0].request_id:
        raise Wrong("no request id")
    same(
        "the key, each time",
        {m["authorization"] for _, m in player.whim.asked},
        {f"Bearer {player.language}"},
    )
    same("the actor", {metadata["actor"] for _, metadata in player.whim.asked}, {"ana"})


@alone("comes again when a busy server says so")
def _(player: Player) -> None:
    player.whim.refusals = [refusal(grpc.StatusCode.RESOURCE_EXHAUSTED, "BUSY", retry_after=0.4)]
    begun = time.monotonic()
    same("the answer", player.hand.do("createReturn", "capricious")["id"], "ret_1")
    same("waited", time.monotonic() - begun >= 0.4, True)
    player.whim.refusals = [refusal(grpc.StatusCode.RESOURCE_EXHAUSTED, "BUSY", retry_after=0.9)]
    refused = player.hand.refusal("createReturn", "capricious", timeoutMs=700)
    same("no time left", (refused["reason"], refused["retryAfterMs"]), ("BUSY", 900))
    same("metadata", (refused["metadata"], refused["message"]), ({"limit": "merchant"}, "Nein."))


@alone("what is refused, or might be done twice, is not tried again")
def _(player: Player) -> None:
    for do, code in (
        ("createReturn", grpc.StatusCode.INTERNAL),
        ("createReturn", grpc.StatusCode.ABORTED),
        ("createAccessKey", grpc.StatusCode.UNAVAILABLE),
    ):
        player.whim.asked.clear()
        player.whim.refusals = [refusal(code, "OVERLOADED")]
        same(do, player.hand.refusal(do, "capricious")["code"], code.name)
        same(f"{do}: asked", len(player.whim.asked), 1)


@alone("TLS, only with who is known")
def _(player: Player) -> None:
    secure, roots = player.ground.capricious.secure_target, str(player.ground.roots)
    player.hand.do("connect", "secure", target=secure, key=player.language, roots=roots)
    same("the answer", player.hand.do("createReturn", "secure")["id"], "ret_1")
    player.hand.do("connect", "plain", target=player.ground.capricious.target, key="nobody", roots=roots)
    refused = player.hand.refusal("createReturn", "plain", timeoutMs=800)
    same("a plain server", refused["code"] in ("UNAVAILABLE", "DEADLINE_EXCEEDED"), True)
    same("heard", player.ground.capricious.whims["nobody"].asked, [])


@alone("amounts in minor units")
def _(player: Player) -> None:
    found = tuple(player.hand.do("money", minor=minor, currency=currency) for minor, currency in _AMOUNTS)
    same("units, nanos, and back", found, _MONEY)


@together("a deadline, and what became of the call")
def _(player: Player) -> Iterator[str]:
    request = a_request("ext-#d", requestId=f"late-{player.language}")
    yield "freeze"
    begun = time.monotonic()
    refused = player.hand.refusal("createReturn", request=request, timeoutMs=700)
    same("code", refused["code"], "DEADLINE_EXCEEDED")
    same("in time", time.monotonic() - begun < 20, True)
    yield "thaw"
    made = player.hand.do("createReturn", request=request)
    same("asked again", player.hand.do("createReturn", request=request)["id"], made["id"])


@together("a restart in the middle")
def _(player: Player) -> Iterator[str]:
    before = player.ids()
    watch = player.hand.begin("watch")
    same("events so far", [event["id"] for event in watch.await_events(len(before))], before)
    yield "kill"
    call = player.hand.begin(
        "createReturn",
        request=a_request("ext-#a", items=[{"orderLineId": "2", "quantity": 1}]),
        timeoutMs=170_000,
    )
    yield "start"
    made = call.result()
    while not any(event["subject"]["id"] == made["id"] for event in watch.events):
        watch.await_events(len(watch.events) + 1)
    same("events, no gap, none twice", [e["id"] for e in watch.events], player.ids()[: len(watch.events)])


def a_return_of(player: Player, return_id: str) -> Any:
    from tests.shops import get

    return get(player.shop.client, return_id)
