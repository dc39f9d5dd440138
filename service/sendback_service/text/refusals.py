"""Why a call was refused, in words that say what to do."""

from collections.abc import Mapping

from sendback_service.refusal import Reason
from sendback_service.text.verdicts import verdict_text
from sendback_service.text.words import N_, words

_SENTENCES: dict[Reason, str] = {
    Reason.INVALID_FIELD: N_("Something in the request is not right: {field}."),
    Reason.KEY_MISSING: N_("Send your access key as “authorization: Bearer …”."),
    Reason.KEY_INVALID: N_("This access key is unknown, expired or revoked."),
    Reason.SCOPE_MISSING: N_("This access key may not do that; it needs {scope}."),
    Reason.NOT_FOUND: N_("We cannot find what you are looking for."),
    Reason.ETAG_STALE: N_("This was changed meanwhile. Read it again, then decide."),
    Reason.REQUEST_ID_REUSED: N_("This request id was used for another request. Choose a new one."),
    Reason.STATE_FORBIDS: N_("That is not possible any more: the state is {state}."),
    Reason.NOT_RETURNABLE: N_("This item cannot be returned."),
    Reason.QUOTE_STALE: N_("The amounts have changed. Please check them again."),
    Reason.PORTAL_INACTIVE: N_("Returns are not available here at the moment. Please contact the shop."),
    Reason.PORTAL_NOT_PROMOTED: N_(
        "This portal is not active, so nothing may point to it. Buyers of a hidden portal get personal links."
    ),
    Reason.NOT_ENTITLED: N_(
        "The returns portal needs the Returns Pack. Please contact support: {support_uri}"
    ),
    Reason.PORTAL_INCOMPLETE: N_("Before the portal can be switched on, it needs a {missing}."),
    Reason.SLUG_TAKEN: N_("This portal address is taken. Please choose another one."),
    Reason.SIGN_IN_FAILED: N_(
        "We could not find an order with these details. Please check them and try again."
    ),
    Reason.SESSION_INVALID: N_("Your session has ended. Please sign in again."),
    Reason.RATE_LIMITED: N_("Too many attempts. Please try again in a few minutes."),
    Reason.LABEL_NOT_READY: N_("The label is not ready yet. Please try again in a moment."),
    Reason.MONEY_OPEN: N_("A payment is still open, so this cannot be done yet."),
    Reason.CREDIT_INSUFFICIENT: N_("There is less store credit than that."),
    Reason.REFUND_EXCEEDS_PAYMENT: N_("That is more than what is left to pay out."),
    Reason.CREDIT_NOT_OFFERED: N_("Store credit is not available for this order. Please choose a refund."),
    Reason.ORDER_INVALID: N_("The order {order} contradicts itself. See the fields named."),
    Reason.ACCOUNT_MISSING: N_("No account {account} is configured for this."),
    Reason.WEBHOOK_REFUSED: N_("This webhook could not be verified."),
    Reason.PAGE_TOKEN_INVALID: N_("This page token is not valid for this list. Begin without one."),
    Reason.OVERLOADED: N_("The service is busy. Please try again in a moment."),
    Reason.SECRETS_KEY_MISSING: N_(
        "Nothing can be kept secret here yet: the operator has to set SENDBACK_SECRETS_KEY."
    ),
    Reason.BUSY: N_("The service is busy. Please try again in a moment."),
    Reason.INTERNAL: N_("Something went wrong on our side. Please try again later."),
    Reason.ALREADY_EXISTS: N_("This exists already."),
    Reason.IMAGE_REFUSED: N_(
        "This picture cannot be used. Choose a PNG, JPEG or WebP picture, not animated."
    ),
    Reason.NOTHING_TO_SIMULATE: N_(
        "No order was placed in this period, so there is nothing to try the policy on. Choose another period."
    ),
    Reason.BUYER_DATA_NEEDED: N_(
        "This buyer’s data is still needed: {id} is not over yet. End it first, or let the erasure wait for it."
    ),
    Reason.BUYER_ERASED: N_(
        "The buyer’s data of this order was erased; nobody can be let in to it any more."
    ),
    Reason.ACCOUNT_SILENT: N_("We got no answer from outside. Please try again in a moment."),
    Reason.ISSUER_SILENT: N_("Your identity provider did not answer us. Please try again in a moment."),
    Reason.TOO_LARGE: N_("This is too large; the limit is {limit}."),
}


def refusal_text(reason: Reason, metadata: Mapping[str, str], language: str) -> str:
    if reason is Reason.NOT_RETURNABLE and "code" in metadata:
        return verdict_text(metadata["code"], language)
    return words(language)(_SENTENCES[reason], **metadata)
