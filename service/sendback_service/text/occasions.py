"""What each letter says, sentence by sentence."""

from dataclasses import dataclass

from sendback_service.messages import Occasion
from sendback_service.text.words import N_


@dataclass(frozen=True, slots=True)
class Sketch:
    """One occasion's sentences: `closing` comes behind what the letter lists."""

    subject: str
    paragraphs: tuple[str, ...]
    closing: tuple[str, ...] = ()
    instructions: bool = False
    button: str = N_("Follow your return")


# In the place of NOT_ACCEPTED's own where something was not in the parcel.
MISSING = N_("We have looked at your return {reference}. Not everything was as announced:")

SKETCHES: dict[Occasion, Sketch] = {
    Occasion.ACCESS_LINK: Sketch(
        N_("Return items from order {order}"),
        (
            N_("You can return items from your order {order} by the link below. You need no order number."),
            N_("The link is for you alone: please do not pass it on."),
        ),
        button=N_("Start your return"),
    ),
    Occasion.WITHDRAWAL: Sketch(
        N_("We have received your withdrawal from order {order}"),
        (
            N_("We confirm that your withdrawal reached us on {time}. Its reference is {reference}."),
            N_("You get your money back within 14 days; we may wait for the goods or a proof of sending."),
        ),
    ),
    Occasion.REMINDER: Sketch(
        N_("Your return label for order {order} is waiting"),
        (
            N_("You announced the return {reference}, and its label was not used yet."),
            N_("Please hand the parcel over by {date}; after that the return ends by itself."),
        ),
    ),
    Occasion.IN_REVIEW: Sketch(
        N_("We are looking at your return {reference}"),
        (
            N_("Thank you, your return for order {order} has reached us."),
            N_("{brand} will look at it and write to you soon. Please do not send anything yet."),
        ),
    ),
    Occasion.LABEL: Sketch(
        N_("Your return label for order {order}"),
        (
            N_("Your return {reference} is confirmed. The label is attached to this e-mail."),
            N_("Print it, stick it on the parcel and hand the parcel over to the carrier."),
        ),
    ),
    Occasion.RENEWED_LABEL: Sketch(
        N_("A new label for your return {reference}"),
        (
            N_(
                "The carrier no longer accepts the label that we sent you for order {order}. "
                "A new one is attached, at no extra cost; please do not use the old one any more."
            ),
            N_("Print it, stick it on the parcel and hand the parcel over to the carrier."),
        ),
    ),
    Occasion.ANOTHER_LABEL: Sketch(
        N_("Another label for your return {reference}"),
        (
            N_(
                "Your return {reference} has a label for another parcel. Each label is for one parcel; "
                "those that were not used yet are attached to this e-mail."
            ),
        ),
    ),
    Occasion.PARCEL_INSTRUCTIONS: Sketch(
        N_("How to send another parcel of your return {reference}"),
        (
            N_(
                "We could not get another label for your return {reference}. Please send that parcel to the "
                "address below, with a carrier of your choice."
            ),
            N_("Write the reference {reference} on the parcel."),
        ),
        instructions=True,
    ),
    Occasion.INSTRUCTIONS: Sketch(
        N_("How to send back your items from order {order}"),
        (
            N_(
                "Your return {reference} is confirmed. Please send the parcel to the address "
                "below, with a carrier of your choice."
            ),
            N_("Write the reference {reference} on the parcel. No label fee will be taken off your refund."),
        ),
        instructions=True,
    ),
    Occasion.DECLINED: Sketch(
        N_("About your return {reference}"),
        (N_("We are sorry: {brand} cannot accept your return for order {order}."),),
    ),
    Occasion.CANCELLED: Sketch(
        N_("Your return {reference} is cancelled"),
        (
            N_("Your return for order {order} has been cancelled. If you got a label, please do not use it."),
            N_("You can make a new return as long as the return period lasts."),
        ),
    ),
    Occasion.HANDED_OVER: Sketch(
        N_("Your parcel is on its way"),
        (
            N_(
                "The carrier has taken over the parcel with your return {reference}. We will "
                "write to you when it arrives."
            ),
        ),
    ),
    Occasion.RECEIVED: Sketch(
        N_("Your parcel has arrived"),
        (N_("The parcel with your return {reference} has arrived. We will now look at the items."),),
    ),
    Occasion.NOT_ACCEPTED: Sketch(
        N_("About the items of your return {reference}"),
        (N_("We have looked at the items of your return {reference}. Some of them we could not accept:"),),
        closing=(N_("If you have questions about this, please contact {brand}."),),
    ),
    Occasion.REFUNDED: Sketch(
        N_("Your refund for order {order}"),
        (
            N_(
                "We have refunded {amount} for your return {reference}. Depending on your bank "
                "it may take a few days to arrive."
            ),
        ),
    ),
    Occasion.CREDITED: Sketch(
        N_("Your store credit from {brand}"),
        (
            N_(
                "We have added {amount} of store credit to your customer account for your return "
                "{reference}. You can spend it right away."
            ),
        ),
    ),
    Occasion.EXPIRED: Sketch(
        N_("Your return {reference} has ended"),
        (
            N_(
                "We have received no parcel for your return, so it has ended. If you have sent "
                "it, please contact {brand}."
            ),
        ),
    ),
    Occasion.NOTHING_DUE: Sketch(
        N_("Nothing is paid back for your return {reference}"),
        (
            N_(
                "We have worked out what you get back for your return {reference}: nothing is left to be paid."
            ),
        ),
        closing=(N_("If you have questions about this, please contact {brand}."),),
    ),
}
