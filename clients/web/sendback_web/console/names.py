"""What the service's states are called here, and how grave they are: `good`, `bad`, `warn`, `info` or nothing."""

from dataclasses import dataclass
from typing import Any

from sendback.v1 import (
    buyer_data_pb2,
    merchant_pb2,
    policy_change_pb2,
    policy_pb2,
    promotion_pb2,
    return_pb2,
    webhook_pb2,
)

from sendback_web.words import N_


@dataclass(frozen=True, slots=True)
class Name:
    text: str
    tone: str = ""


_D, _S, _R = return_pb2.Decision, return_pb2.Shipment, return_pb2.Resolution
_L, _T, _I = return_pb2.LabelStatus, return_pb2.Transit, return_pb2.Inspection

DECISIONS = {
    _D.REQUESTED: Name(N_("Requested"), "info"),
    _D.IN_REVIEW: Name(N_("To be decided"), "warn"),
    _D.APPROVED: Name(N_("Approved"), "good"),
    _D.DECLINED: Name(N_("Declined"), "bad"),
    _D.CANCELLED: Name(N_("Cancelled")),
    _D.EXPIRED: Name(N_("Expired")),
    _D.CLOSED: Name(N_("Closed")),
}
SHIPMENTS = {
    _S.CREATED: Name(N_("Not sent yet")),
    _S.SHIPPED: Name(N_("On its way"), "info"),
    _S.DELIVERED: Name(N_("Arrived"), "info"),
    _S.INSPECTED: Name(N_("Inspected"), "good"),
}
RESOLUTIONS = {
    _R.OPEN: Name(N_("Open"), "info"),
    _R.ACTION_REQUIRED: Name(N_("Needs you"), "warn"),
    _R.RESOLVED: Name(N_("Done"), "good"),
    _R.DECLINED: Name(N_("Declined"), "bad"),
    _R.CANCELLED: Name(N_("Cancelled")),
    _R.EXPIRED: Name(N_("Expired")),
}
LABELS = {
    _L.NOT_NEEDED: Name(N_("Sent without a label of ours")),
    _L.REQUESTED: Name(N_("Label being bought"), "info"),
    _L.PURCHASED: Name(N_("Label bought"), "good"),
    _L.UNKNOWN: Name(N_("Carrier did not answer"), "warn"),
    _L.FAILED: Name(N_("No label"), "bad"),
    _L.VOID_PENDING: Name(N_("Label being voided"), "info"),
    _L.VOIDED: Name(N_("Label voided")),
    _L.EXPIRED: Name(N_("Label expired")),
}
TRANSITS = {
    _T.NOT_SCANNED: Name(N_("Not scanned yet")),
    _T.HANDED_OVER: Name(N_("Handed over"), "info"),
    _T.IN_TRANSIT: Name(N_("On its way"), "info"),
    _T.DELIVERED: Name(N_("Arrived"), "good"),
    _T.EXCEPTION: Name(N_("Trouble on the way"), "warn"),
    _T.LOST: Name(N_("Lost"), "bad"),
}
INSPECTIONS = {
    _I.EXPECTED: Name(N_("Expected")),
    _I.RECEIVED: Name(N_("To be inspected"), "info"),
    _I.ACCEPTED: Name(N_("Accepted"), "good"),
    _I.REJECTED: Name(N_("Rejected"), "bad"),
    _I.MISSING: Name(N_("Missing"), "warn"),
}
SETTLEMENTS = {
    return_pb2.SettlementStatus.SUBMITTED: Name(N_("Being paid"), "info"),
    return_pb2.SettlementStatus.UNKNOWN: Name(N_("Payer did not answer"), "warn"),
    return_pb2.SettlementStatus.SETTLED: Name(N_("Paid"), "good"),
    return_pb2.SettlementStatus.FAILED: Name(N_("Not paid"), "bad"),
    return_pb2.SettlementStatus.REVERSED: Name(N_("Taken back"), "warn"),
}
OUTCOMES = {
    return_pb2.Outcome.REFUND: Name(N_("Refund")),
    return_pb2.Outcome.STORE_CREDIT: Name(N_("Store credit")),
    return_pb2.Outcome.WAIVED: Name(N_("Nothing, by staff’s word")),
}
OFFERS = {
    return_pb2.LabelOffer.FREE_LABEL: Name(N_("A label, free of charge")),
    return_pb2.LabelOffer.LABEL_WITH_FEE: Name(N_("A label, with a fee")),
    return_pb2.LabelOffer.INSTRUCTIONS: Name(N_("Instructions, no label")),
}
GRADES = {
    return_pb2.Grade.A_RESELL: Name(N_("A · as new")),
    return_pb2.Grade.B_OPENED: Name(N_("B · opened")),
    return_pb2.Grade.C_DAMAGED: Name(N_("C · damaged")),
    return_pb2.Grade.D_UNUSABLE: Name(N_("D · of no use")),
}
_P = return_pb2.Disposition
DISPOSITIONS = {
    _P.RESTOCK: Name(N_("Back on the shelf")),
    _P.REFURBISH: Name(N_("To be repaired")),
    _P.QUARANTINE: Name(N_("Put aside")),
    _P.DONATE: Name(N_("Given away")),
    _P.DESTROY: Name(N_("Destroyed")),
    _P.RETURN_TO_MERCHANT: Name(N_("Sent to the merchant")),
    _P.RETURN_TO_CUSTOMER: Name(N_("Sent back to the buyer")),
    _P.LIQUIDATE: Name(N_("Sold off")),
}
UNIT_KINDS = {
    return_pb2.UnitKind.WRONG_ITEM: Name(N_("Wrong item"), "warn"),
    return_pb2.UnitKind.UNANNOUNCED: Name(N_("Not announced"), "warn"),
}
BASES = {
    return_pb2.ReturnBasis.GOODWILL: Name(N_("Your own policy")),
    return_pb2.ReturnBasis.STATUTORY_WITHDRAWAL: Name(N_("Right of withdrawal"), "info"),
    return_pb2.ReturnBasis.CLAIM: Name(N_("Claim"), "info"),
    return_pb2.ReturnBasis.CARRIER_RETURN: Name(N_("Brought back by the carrier")),
}
PORTALS = {
    merchant_pb2.PortalStatus.ACTIVE: Name(N_("Active"), "good"),
    merchant_pb2.PortalStatus.HIDDEN: Name(N_("Hidden"), "info"),
    merchant_pb2.PortalStatus.INACTIVE: Name(N_("Inactive")),
}
EFFECTS = {
    policy_change_pb2.PolicyEffect.BETTER: Name(N_("Better for buyers"), "good"),
    policy_change_pb2.PolicyEffect.WORSE: Name(N_("Worse for buyers"), "warn"),
    policy_change_pb2.PolicyEffect.MIXED: Name(N_("Better for some, worse for others"), "warn"),
    policy_change_pb2.PolicyEffect.NEUTRAL: Name(N_("Neither better nor worse")),
}
FAULTS = {
    policy_pb2.Fault.BUYER: Name(N_("The buyer’s")),
    policy_pb2.Fault.MERCHANT: Name(N_("Ours")),
    policy_pb2.Fault.CARRIER: Name(N_("The carrier’s")),
}
EVIDENCES = {
    policy_pb2.Evidence.NONE: Name(N_("Nothing")),
    policy_pb2.Evidence.COMMENT: Name(N_("A comment")),
    policy_pb2.Evidence.PHOTO: Name(N_("A photo")),
}
MOMENTS = {
    policy_pb2.SettlementMoment.ON_REQUEST: Name(N_("As soon as the return is approved")),
    policy_pb2.SettlementMoment.FIRST_SCAN: Name(N_("When the carrier first scans the parcel")),
    policy_pb2.SettlementMoment.DELIVERY: Name(N_("When the parcel arrives")),
    policy_pb2.SettlementMoment.INSPECTION: Name(N_("When the goods were inspected")),
}
SHIPPING_REFUNDS = {
    policy_pb2.ShippingRefund.NEVER: Name(N_("Never")),
    policy_pb2.ShippingRefund.IF_ALL_RETURNED: Name(N_("When everything comes back")),
    policy_pb2.ShippingRefund.PROPORTIONAL: Name(N_("In proportion to the goods’ value")),
    policy_pb2.ShippingRefund.ALWAYS: Name(N_("With the first return")),
    policy_pb2.ShippingRefund.STATUTORY: Name(N_("As the right of withdrawal demands")),
}
CASES = {
    promotion_pb2.BuyerCase.FREE_LABEL: Name(N_("A label, free of charge"), "good"),
    promotion_pb2.BuyerCase.LABEL_WITH_FEE: Name(N_("A label, with a fee"), "info"),
    promotion_pb2.BuyerCase.INSTRUCTIONS: Name(N_("Instructions, no label"), "info"),
    promotion_pb2.BuyerCase.WINDOW_CLOSED: Name(N_("The window has ended"), "warn"),
    promotion_pb2.BuyerCase.NOT_RETURNABLE: Name(N_("Nothing can come back"), "warn"),
}
ERASURES = {
    buyer_data_pb2.BuyerErasure.DEFERRED: Name(N_("Waits"), "warn"),
    buyer_data_pb2.BuyerErasure.FORGETTING: Name(N_("Erased; others are being told"), "info"),
    buyer_data_pb2.BuyerErasure.DONE: Name(N_("Erased"), "good"),
}
_M = buyer_data_pb2.OpenMatter
MATTERS = {
    _M.RETURN: Name(N_("A return that has not ended")),
    _M.SETTLEMENT: Name(N_("Money on its way")),
    _M.LABEL: Name(N_("A label that can still be used")),
    _M.PARCEL: Name(N_("A parcel on its way")),
    _M.CREDIT: Name(N_("Store credit that can still be spent")),
}
FORGETTING = {
    buyer_data_pb2.ForgettingAccount.PENDING: Name(N_("Has not answered yet"), "info"),
    buyer_data_pb2.ForgettingAccount.FORGOTTEN: Name(N_("Has forgotten"), "good"),
    buyer_data_pb2.ForgettingAccount.FAILED: Name(N_("Could not; see to it by hand"), "bad"),
}
_W = webhook_pb2.WebhookDeliveryState
DELIVERIES = {
    _W.PENDING: Name(N_("To be sent"), "info"),
    _W.DELIVERED: Name(N_("Taken"), "good"),
    _W.DEAD: Name(N_("Given up"), "bad"),
}
EVENTS = {
    "return.requested": N_("Return requested"),
    "return.approved": N_("Return approved"),
    "return.declined": N_("Return declined"),
    "return.cancelled": N_("Return cancelled"),
    "return.expired": N_("Return expired"),
    "return.closed": N_("Return closed"),
    "return.reminded": N_("Buyer reminded"),
    "return.erased": N_("Buyer’s data erased"),
    "label.requested": N_("Label asked for"),
    "label.purchased": N_("Label bought"),
    "label.failed": N_("No label could be had"),
    "label.unknown": N_("The carrier did not answer"),
    "label.voided": N_("Label voided"),
    "label.expired": N_("Label expired"),
    "label.given_up": N_("No more labels: the buyer got instructions"),
    "label.void_requested": N_("Label is being voided"),
    "label.not_voided": N_("Label was not voided"),
    "label.erased": N_("Label erased"),
    "parcel.handed_over": N_("Parcel handed over"),
    "parcel.in_transit": N_("Parcel on its way"),
    "parcel.delivered": N_("Parcel arrived"),
    "parcel.exception": N_("Trouble with the parcel"),
    "parcel.lost": N_("Parcel lost"),
    "parcel.tracking_added": N_("Tracking number added"),
    "reception.started": N_("Reception begun"),
    "reception.completed": N_("Reception completed"),
    "item.accepted": N_("Item accepted"),
    "item.rejected": N_("Item rejected"),
    "item.missing": N_("Item missing"),
    "item.unannounced": N_("Something nobody announced"),
    "item.cancelled": N_("Item taken off the return"),
    "item.released": N_("Item may be returned anew"),
    "settlement.submitted": N_("Payment asked for"),
    "settlement.settled": N_("Paid"),
    "settlement.failed": N_("Payment failed"),
    "settlement.unknown": N_("The payer did not answer"),
    "settlement.reversed": N_("Payment taken back"),
    "credit.issued": N_("Store credit issued"),
    "credit.expired": N_("Store credit lapsed"),
    "credit.reversed": N_("Store credit taken back"),
    "withdrawal.acknowledged": N_("Withdrawal acknowledged"),
    "deadline.breached": N_("A deadline passed"),
    "message.sent": N_("Message sent"),
    "message.failed": N_("Message could not be sent"),
    "message.skipped": N_("Message not sent"),
    "mirror.done": N_("Entered in the shop’s books"),
    "mirror.failed": N_("The shop’s books were not told"),
    "refund.drift": N_("The shop would refund another amount"),
    "order.imported": N_("Order imported"),
    "order.changed": N_("Order changed"),
    "policy.published": N_("Policy published"),
    "portal.changed": N_("Portal changed"),
    "routing.changed": N_("Routing changed"),
    "key.created": N_("Key made"),
    "key.revoked": N_("Key revoked"),
    "work.completed": N_("Ticked off"),
}
WORK = {
    "return.review": N_("Decide on a return"),
    "settlement.due": N_("Settle a return"),
    "inspection.due": N_("Inspect a parcel"),
    "parcel.late": N_("Parcel is late"),
    "parcel.lost": N_("Parcel lost"),
    "return.unused": N_("Goods were never sent"),
    "parcel.unknown": N_("Parcel without a return"),
    "parcel.after_expiry": N_("Parcel came after the end"),
    "label.failed": N_("No label could be had"),
    "label.expired": N_("Labels expired unused"),
    "label.unknown": N_("The carrier did not answer"),
    "label.not_voided": N_("Label was not voided"),
    "settlement.failed": N_("Payment failed"),
    "settlement.unknown": N_("The payer did not answer"),
    "settlement.reversed": N_("Payment taken back"),
    "refund.by_hand": N_("Pay by hand"),
    "refund.due": N_("Refund is due"),
    "refund.late": N_("Refund is late"),
    "refund.contradicted": N_("The payer contradicts itself"),
    "refund.elsewhere": N_("The shop may have paid already"),
    "account.misconfigured": N_("An account is not set up right"),
    "message.bounced": N_("A buyer could not be written to"),
    "deadline.breached": N_("A deadline passed"),
    "order.invalid": N_("An order cannot be kept"),
    "privacy.tell": N_("A buyer asks for their data"),
    "privacy.erase": N_("A buyer asks to be erased"),
    "privacy.shop": N_("The shop asks for erasure"),
    "erasure.refused": N_("Erase a buyer’s data by hand"),
    "mirror.refused": N_("Enter a return in the shop by hand"),
    "mirror.late": N_("The shop’s books lag behind"),
    "refund.drift": N_("The shop would refund another amount"),
    "shop.unsynchronised": N_("A shop’s orders are not fetched"),
    "webhook.dead": N_("A webhook was given up"),
    "webhook.disabled": N_("A webhook endpoint is disabled"),
    "event.poisoned": N_("An event could not be carried out"),
    "effect.broken": N_("Something broke off"),
}


def choices(family: dict[Any, Name]) -> list[tuple[str, str]]:
    """Values and texts for a form's choice."""
    return [(str(int(value)), name.text) for value, name in family.items()]
