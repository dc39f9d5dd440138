"""What truly went back of an order's money, and what its shop says of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from sendback_sdk import Order, Payment
from sendback_service.rules.tenders import beyond_report, left_to_refund
from sendback_service.store.tables import TransferRow


class Naming(IntEnum):
    """Whether the shop reports our refunds, with their names; and with the names alone of those that came back."""

    NONE = 0
    ALL = 1
    TAKEN_OFF = 2


@dataclass(frozen=True, slots=True)
class Till:
    """`transfers` are those that bear on what is left. `elsewhere` was refunded of the first payment by others."""

    order: Order
    transfers: Sequence[TransferRow]
    elsewhere: int

    def room(self) -> int:
        """What may still be refunded elsewhere: of the payment, and of the order as a whole."""
        payments, first = self.order.payments, self.order.payments[0]
        paid = beyond_report(
            payments, [(t.payment_id, _signed(t), t.provider_reference) for t in self.transfers]
        )
        own = first.captured - first.refunded - sum(amount for id, amount in paid if id == first.id)
        return max(0, min(own, left_to_refund(payments, paid)))

    def reported(self, naming: Naming) -> Order:
        """The order as its shop has it now."""
        first, *others = self.order.payments
        payments = (
            self._payment(first, naming, self.elsewhere),
            *(self._payment(p, naming, 0) for p in others),
        )
        return replace(self.order, payments=payments)

    def _payment(self, payment: Payment, naming: Naming, elsewhere: int) -> Payment:
        if naming is Naming.NONE:
            return replace(payment, refunded=elsewhere, refund_references=())
        ours = [
            t for t in self.transfers if t.payment_id == payment.id and t.state in ("SETTLED", "REVERSED")
        ]
        gone = elsewhere + sum(t.amount_minor for t in ours if t.state == "SETTLED")
        whole = elsewhere + sum(t.amount_minor for t in ours)
        told = whole if naming is Naming.ALL and whole <= payment.captured else gone
        names = [t.provider_reference for t in ours] + ["elsewhere"] * bool(elsewhere)
        return replace(payment, refunded=told, refund_references=tuple(names))

    def check(self) -> None:
        """Whatever the shop says: what went, or may go yet, here and elsewhere was captured."""
        payments = self.order.payments
        gone = Counter({payments[0].id: self.elsewhere})
        for transfer in self.transfers:
            gone[transfer.payment_id] += max(0, _signed(transfer))
        assert all(gone[payment.id] <= payment.captured for payment in payments), "beyond a payment"
        assert gone.total() <= sum(payment.captured for payment in payments), "beyond all payments"


def _signed(transfer: TransferRow) -> int:
    return -transfer.amount_minor if transfer.state == "REVERSED" else transfer.amount_minor
