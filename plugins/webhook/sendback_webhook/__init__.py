"""Webhooks after Standard Webhooks 1.0.0: events to systems outside, and buyers' messages to whoever sends them itself.

Whoever takes them verifies `webhook-signature`, refuses an old `webhook-timestamp`, and does nothing twice under one
`webhook-id`.
"""

import base64
import json
import time
from datetime import UTC
from typing import Any

from pydantic import Field, SecretStr, field_validator
from sendback_sdk import Channel, Declined, Event, Message, Receipt, Tells, TryLater, hookimpl

from sendback_webhook.courier import Answer, post
from sendback_webhook.signature import key_of, signed_headers

_GONE = 410
_AGENT = "sendback-webhook"


class Webhook(Channel, Tells):
    id = "webhook"

    class Settings(Channel.Settings):
        """`secret` is `whsec_…`; `previous_secret` signs beside it while receivers change to the new one. All of a call
        takes `timeout_seconds` at most."""

        url: str = Field(pattern=r"^https?://[^\s]+$", max_length=2048)
        secret: SecretStr
        previous_secret: SecretStr | None = None
        timeout_seconds: float = Field(15.0, gt=0, le=30)

        @field_validator("secret", "previous_secret")
        @classmethod
        def _readable(cls, secret: SecretStr | None) -> SecretStr | None:
            if secret is not None:
                key_of(secret.get_secret_value())
            return secret

    def tell(self, event: Event) -> Receipt:
        """`webhook-id` is the event's id. Only 410 is a no for ever; a redirection is not followed."""
        return self._post(event.id, _told(event))

    def send(self, message: Message) -> Receipt:
        """A buyer's message as it would have been mailed, attachments included."""
        if "@" not in message.recipient or not f"{message.recipient}{message.subject}".isprintable():
            raise Declined("no e-mail address, or a subject that is not one line")
        return self._post(message.key, _written(message))

    def _post(self, id: str, payload: dict[str, Any]) -> Receipt:
        if not id.isascii() or not id.replace("_", "").replace("-", "").isalnum():
            raise Declined("an id for a webhook is letters, digits, _ and -")
        body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {
            "content-type": "application/json",
            "user-agent": _AGENT,
            **signed_headers(self._secrets(), id, body, time.time()),
        }
        answer = post(self.http, self.settings.url, body, headers, self.settings.timeout_seconds)
        return _receipt(id, answer)

    def _secrets(self) -> list[str]:
        both = (self.settings.secret, self.settings.previous_secret)
        return [secret.get_secret_value() for secret in both if secret is not None]


def _receipt(id: str, answer: Answer) -> Receipt:
    if 200 <= answer.status < 300:
        return Receipt(id)
    said = f"{answer.status} {answer.said}".strip()
    if answer.status == _GONE:
        raise Declined(said)
    raise TryLater(said, after=answer.after)


def _told(event: Event) -> dict[str, Any]:
    return {
        "type": event.type,
        "timestamp": event.time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "data": {
            "id": event.id,
            "merchant_id": event.merchant_id,
            "subject": {"type": event.subject_type, "id": event.subject_id, "sequence": event.sequence},
            "attributes": event.attributes,
        },
    }


def _written(message: Message) -> dict[str, Any]:
    """`letter.` and the occasion: events begin with other words."""
    return {
        "type": f"letter.{message.event}",
        "data": {
            "key": message.key,
            "recipient": message.recipient,
            "language_code": message.language,
            "sender_name": message.sender_name,
            "reply_to": message.reply_to,
            "subject": message.subject,
            "text": message.text,
            "html": message.html,
            "attachments": [
                {
                    "filename": part.filename,
                    "media_type": part.media_type,
                    "content_id": part.content_id,
                    "content": base64.b64encode(part.data).decode(),
                }
                for part in message.attachments
            ],
        },
    }


@hookimpl
def sendback_channels() -> list[type[Channel]]:
    return [Webhook]
