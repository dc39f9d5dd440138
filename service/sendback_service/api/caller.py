"""Who is calling, as the interceptor found out; and what a servicer tells a use case of it."""

from contextvars import ContextVar
from dataclasses import replace
from hashlib import sha256
from ipaddress import IPv4Address, ip_address, ip_network

from google.protobuf.message import Message

from sendback_service.call import Call
from sendback_service.keys import KeyKind
from sendback_service.records import KeyRecord
from sendback_service.refusal import Reason, invalid, refuse
from sendback_service.rules.values import frozen
from sendback_service.text.words import language_for

_LONGEST_ADDRESS = 100
# What makes two requests differ though they ask for the same.
_NOT_THE_BODY = ("request_id", "session_token")


@frozen
class Caller:
    key: KeyRecord
    method: str
    language: str
    actor: str
    buyer_address: str = ""
    # chosen at a portal since the session began
    buyer_language: str = ""

    @property
    def rpc(self) -> str:
        return self.method.rpartition(".")[2]


def buyer_address(key: KeyRecord, said: str) -> str:
    """The address of the buyer that a portal calls for, as it is counted: of IPv6 the network, since a buyer has many.
    Nobody else's word counts, and what is no address is as if nothing had been said."""
    if key.kind != KeyKind.PORTAL or len(said) > _LONGEST_ADDRESS:
        return ""
    try:
        found = ip_address(said.strip().strip("[]").partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or ip_network((found, 64), strict=False))


CALLER: ContextVar[Caller] = ContextVar("caller")


def speak(language: str) -> str:
    """From here on errors too are in this language, or in the one that the buyer chose since; answers which."""
    caller = CALLER.get()
    chosen = language_for(caller.buyer_language, default=language)
    CALLER.set(replace(caller, language=chosen))
    return chosen


def call_for(
    request: Message, merchant_id: str | None = None, *, actor: str = "", language: str = ""
) -> Call:
    """The call at hand; `language` is that which a buyer chose. `merchant_id` None: the key's own, which only
    merchants' keys have."""
    caller = CALLER.get()
    request_id = getattr(request, "request_id", "")
    return Call(
        rpc=caller.rpc,
        merchant_id=caller.key.merchant_id if merchant_id is None else merchant_id,
        actor=actor or caller.actor,
        language=language,
        request_id=request_id,
        body_sha256=_digest(request) if request_id else "",
    )


def merchant_named(merchant_id: str) -> str:
    """The merchant of a settings call: the key's own, or the one that the operator names."""
    key = CALLER.get().key
    if key.kind == KeyKind.OPERATOR:
        if not merchant_id:
            raise invalid("merchant_id", "the operator names the merchant")
        return merchant_id
    if merchant_id and merchant_id != key.merchant_id:
        raise refuse(Reason.NOT_FOUND, resource="merchant", id=merchant_id)
    return key.merchant_id


def key_merchant(merchant_id: str) -> str:
    """Whose keys are meant: a merchant's key means its own, the operator whomever it names, "" for everybody's."""
    return merchant_id if CALLER.get().key.kind == KeyKind.OPERATOR else merchant_named(merchant_id)


def language_of_caller(*preferred: str) -> str:
    return language_for(*preferred, CALLER.get().language)


def _digest(request: Message) -> str:
    body = type(request)()
    body.CopyFrom(request)
    for name in _NOT_THE_BODY:
        if name in body.DESCRIPTOR.fields_by_name:
            body.ClearField(name)
    return sha256(body.SerializeToString(deterministic=True)).hexdigest()
