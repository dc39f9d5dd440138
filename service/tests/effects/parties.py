"""Those outside, as tests need them: they do what their script says, and count."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from sendback_sdk import (
    Billing,
    Carrier,
    Change,
    Channel,
    CreditRequest,
    Declined,
    Label,
    LabelFormat,
    LabelRequest,
    Message,
    Misconfigured,
    Money,
    Order,
    OrderPage,
    OutcomeUnknown,
    Platform,
    Receipt,
    ReceiptState,
    RefundLine,
    RefundRequest,
    Repeat,
    Suggestion,
    TryLater,
)
from sendback_service.host import AccountBroken

PDF = b"%PDF-1.4 a label %%EOF"


@dataclass
class Script:
    """What the other side does, call after call; when the script is over, the last line again.

    ok; no; later; wrong (settings); gone (the account cannot be made here); silent (acts, and the answer is lost);
    deaf (the call is lost); nonsense."""

    lines: list[str] = field(default_factory=lambda: ["ok"])
    calls: int = 0

    def next(self, act: Callable[[], Any]) -> Any:
        line = self.lines[min(self.calls, len(self.lines) - 1)]
        self.calls += 1
        if line == "ok":
            return act()
        if line == "silent":
            act()
        if line == "nonsense":
            act()
            return None
        raise _ERRORS[line]()


_ERRORS: dict[str, Callable[[], Exception]] = {
    "no": lambda: Declined("we do not carry that"),
    "later": lambda: TryLater(after=1),
    "wrong": lambda: Misconfigured("the key is refused"),
    "gone": lambda: AccountBroken("account 'post': its package does not load"),
    "silent": OutcomeUnknown,
    "deaf": OutcomeUnknown,
    "broken": lambda: KeyError("a bug"),
}


class Post(Carrier):
    """A carrier that counts every label it really makes. What it declares is what it does."""

    id = "post"
    coverage = frozenset({"FR"})
    formats = frozenset({LabelFormat.PDF})

    def __init__(
        self, *lines: str, repeat: Repeat = Repeat.UNSAFE, billed_on: Billing = Billing.PURCHASE
    ) -> None:
        super().__init__(self.Settings(), None, None)  # type: ignore[arg-type]
        self.repeat = repeat  # type: ignore[misc]
        self.billed_on = billed_on  # type: ignore[misc]
        self.script = Script(list(lines) or ["ok"])
        self.made: list[Label] = []
        self.references: dict[str, Label] = {}
        self.requests: list[LabelRequest] = []

    def create_label(self, request: LabelRequest) -> Label:
        self.requests.append(request)
        return self.script.next(lambda: self._make(request))

    def _make(self, request: LabelRequest) -> Label:
        if self.repeat is Repeat.SAFE and request.reference in self.references:
            return self.references[request.reference]
        label = Label(f"{self.id}-{len(self.made) + 1}", PDF, LabelFormat.PDF)
        self.made.append(label)
        self.references[request.reference] = label
        return label


class FindingPost(Post):
    """One that can be asked what it made, and that voids."""

    def __init__(
        self, *lines: str, repeat: Repeat = Repeat.FINDABLE, finds: tuple[str, ...] = ("ok",)
    ) -> None:
        super().__init__(*lines, repeat=repeat)
        self.finding = Script(list(finds))
        self.voiding = Script()
        self.voided: list[str] = []

    def find_label(self, reference: str) -> Label | None:
        return self.finding.next(lambda: self.references.get(reference))

    def void_label(self, label: Label) -> None:
        self.voiding.next(lambda: self.voided.append(label.tracking_number))

    @property
    def live(self) -> list[Label]:
        return [label for label in self.made if label.tracking_number not in self.voided]


class Bank(Platform):
    """Pays refunds; the same key is the same refund, as the contract says."""

    id: ClassVar[str] = "bank"

    def __init__(self, *lines: str, state: ReceiptState = ReceiptState.SETTLED) -> None:
        super().__init__(self.Settings(), None, None)  # type: ignore[arg-type]
        self.script = Script(list(lines) or ["ok"])
        self.paid: dict[str, RefundRequest] = {}
        self.requests: list[RefundRequest] = []
        self.state = state

    def refund(self, request: RefundRequest) -> Receipt:
        self.requests.append(request)
        return self.script.next(lambda: self._pay(request))

    def _pay(self, request: RefundRequest) -> Receipt:
        assert self.paid.setdefault(request.key, request) == request, "one key, one body"
        return Receipt(f"ref-{request.key}", self.state, request.amount)


class FindingBank(Bank):
    """Pays whenever it is asked, whatever the key: only asking after a refund keeps it from paying twice."""

    def __init__(
        self, *lines: str, state: ReceiptState = ReceiptState.SETTLED, finds: tuple[str, ...] = ("ok",)
    ) -> None:
        super().__init__(*lines, state=state)
        self.finding = Script(list(finds))
        self.payments: list[str] = []

    def _pay(self, request: RefundRequest) -> Receipt:
        self.payments.append(request.key)
        return super()._pay(request)

    def find_refund(self, key: str) -> Receipt | None:
        return self.finding.next(lambda: Receipt(f"ref-{key}", self.state) if key in self.paid else None)


class SearchingBank(FindingBank):
    """Keeps no index of keys: whoever asks after a refund has to say where to look."""

    find_refund = None  # type: ignore[assignment]

    def find_transfer(self, request: RefundRequest | CreditRequest) -> Receipt | None:
        paid = self.paid.get(request.key)
        assert paid in (None, request), "asked after what was asked for"
        return self.finding.next(lambda: Receipt(f"ref-{request.key}", self.state) if paid else None)


class Books(Platform):
    """A shop that keeps returns: what is there already it leaves as it is, as the contract says."""

    id: ClassVar[str] = "books"

    def __init__(self, *lines: str) -> None:
        super().__init__(self.Settings(), None, None)  # type: ignore[arg-type]
        self.script = Script(list(lines) or ["ok"])
        self.told: list[Change] = []
        self.entries: dict[str, Change] = {}

    def mirror(self, change: Change) -> None:
        self.told.append(change)
        self.script.next(lambda: self.entries.setdefault(change.key, change))

    @property
    def news(self) -> list[str]:
        """In the order in which they were first entered."""
        return [change.event for change in self.entries.values()]


class Reckoning(Books):
    """Books of a shop that works out refunds by itself."""

    def __init__(self, amount: int, *lines: str) -> None:
        super().__init__()
        self.amount = amount
        self.reckoning = Script(list(lines) or ["ok"])

    def suggest_refund(self, order_id: str, lines: tuple[RefundLine, ...]) -> Suggestion:
        amount = Money(self.amount, "EUR")
        return self.reckoning.next(lambda: Suggestion(amount, amount))  # type: ignore[no-any-return]


class Catalogue(Platform):
    """A shop that lists its orders, `size` a page, the longest unchanged first. Its cursors are places in the list."""

    id: ClassVar[str] = "catalogue"

    def __init__(self, *lines: str, size: int = 2) -> None:
        super().__init__(self.Settings(), None, None)  # type: ignore[arg-type]
        self.script = Script(list(lines) or ["ok"])
        self.orders: dict[str, Order] = {}
        self.size = size
        self.asked: list[tuple[datetime, str]] = []

    def sell(self, *orders: Order) -> None:
        self.orders.update({order.id: order for order in orders})

    def list_orders(self, since: datetime, cursor: str) -> OrderPage:
        self.asked.append((since, cursor))
        return self.script.next(lambda: self._page(since, int(cursor or 0)))

    def _page(self, since: datetime, start: int) -> OrderPage:
        found = sorted((changed, o.id) for o in self.orders.values() if (changed := _changed(o)) >= since)
        part = found[start : start + self.size]
        more = str(start + self.size) if start + self.size < len(found) else ""
        through = part[-1][0] if part else None
        return OrderPage(tuple(self.orders[id] for _, id in part), more, through)


def _changed(order: Order) -> datetime:
    assert order.changed_time is not None
    return order.changed_time


class Postman(Channel):
    id = "postman"

    def __init__(self, *lines: str) -> None:
        super().__init__(self.Settings(), None, None)  # type: ignore[arg-type]
        self.script = Script(list(lines) or ["ok"])
        self.sent: list[Message] = []

    def send(self, message: Message) -> Receipt:
        return self.script.next(lambda: self._deliver(message))

    def _deliver(self, message: Message) -> Receipt:
        self.sent.append(message)
        return Receipt(f"mail-{len(self.sent)}")

    @property
    def occasions(self) -> list[str]:
        return [message.event for message in self.sent]
