"""Endpoints and deliveries between the wire and the domain. A secret goes out once, never in."""

from sendback.v1 import webhook_pb2 as pb

from sendback_service.api.times import stamp
from sendback_service.deliveries import Delivery
from sendback_service.endpoints import Endpoint, EndpointDraft


def draft_of(message: pb.WebhookEndpoint) -> EndpointDraft:
    return EndpointDraft(message.uri, frozenset(message.types), message.title, not message.disabled)


def endpoint_message(endpoint: Endpoint) -> pb.WebhookEndpoint:
    draft = endpoint.draft
    return pb.WebhookEndpoint(
        id=endpoint.id,
        uri=draft.uri,
        types=sorted(draft.types),
        title=draft.title,
        disabled=not draft.enabled,
        disabled_reason=endpoint.why,
        failures=endpoint.failures,
        waiting=endpoint.waiting,
        former_secret_expire_time=stamp(endpoint.turned_time),
        create_time=stamp(endpoint.create_time),
        etag=str(endpoint.version),
    )


def delivery_message(delivery: Delivery) -> pb.WebhookDelivery:
    waits = delivery.state == "PENDING"
    return pb.WebhookDelivery(
        id=delivery.id,
        endpoint=delivery.endpoint,
        event_id=delivery.event_id,
        type=delivery.type,
        state=delivery.state,
        attempts=delivery.attempts,
        failure=delivery.failure,
        next_attempt_time=stamp(delivery.due_time) if waits else None,
        create_time=stamp(delivery.create_time),
        update_time=stamp(delivery.update_time),
    )
