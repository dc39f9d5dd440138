"""karrio's webhooks. karrio signs nothing: it sends the webhook's secret along, in a header, and no time.

A repetition therefore cannot be told from the first; it brings the same facts with the same times, which change
nothing. Give the webhook a URL of https, since whoever reads one can forge the next."""

import hmac
import json

from sendback_sdk import Declined, Misconfigured, TrackingUpdate, WebhookRequest

from sendback_karrio import trackers

_HEADER = "x-event-id"
_EVENTS = ("tracker_created", "tracker_updated")


def read(request: WebhookRequest, secret: str) -> list[TrackingUpdate]:
    """What it brought; nothing for events that are not of trackers."""
    if not secret:
        raise Misconfigured(
            "webhook_secret is not set: take the one that karrio answered when the webhook was made"
        )
    if not hmac.compare_digest(request.header(_HEADER).encode(), secret.encode()):
        raise Declined("a webhook without this account's secret")
    try:
        sent = json.loads(request.body)
        if sent["event"] not in _EVENTS:
            return []
        return trackers.updates(sent["data"], sent["data"]["tracking_number"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as broken:
        raise Declined("a webhook that cannot be read") from broken
