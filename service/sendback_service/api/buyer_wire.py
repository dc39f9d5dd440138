"""Buyers' data rights between the wire and the use cases."""

from dataclasses import asdict

from sendback.v1 import buyer_data_pb2
from sendback.v1 import order_service_pb2 as pb

from sendback_service.api.times import stamp
from sendback_service.buyer_holdings import Buyer
from sendback_service.erasures import Erasure, ErasureRequest
from sendback_service.refusal import invalid

_STATE = buyer_data_pb2.BuyerErasure.State


def buyer_of(request: pb.ExportBuyerDataRequest | pb.EraseBuyerDataRequest) -> Buyer:
    if not (request.email or request.customer_id).strip():
        raise invalid(request.WhichOneof("buyer") or "buyer", "must not be blank")
    return Buyer(request.email, request.customer_id)


def asked_of(request: pb.EraseBuyerDataRequest) -> ErasureRequest:
    return ErasureRequest(buyer_of(request), request.defer, request.forfeit_credit)


def erasure_message(erasure: Erasure) -> buyer_data_pb2.BuyerErasure:
    return buyer_data_pb2.BuyerErasure(
        id=erasure.id,
        state=_state(erasure),
        counts=buyer_data_pb2.ErasureCounts(**asdict(erasure.counts)),
        open_matters=[
            buyer_data_pb2.OpenMatter(kind=str(matter.kind), id=matter.id) for matter in erasure.open_matters
        ],
        accounts=[
            buyer_data_pb2.ForgettingAccount(account=account, state=state)
            for account, state in erasure.accounts
        ],
        create_time=stamp(erasure.create_time),
        erase_time=stamp(erasure.erase_time),
    )


def _state(erasure: Erasure) -> buyer_data_pb2.BuyerErasure.State:
    if not erasure.id:
        return _STATE.STATE_UNSPECIFIED
    if erasure.erase_time is None:
        return _STATE.DEFERRED
    return _STATE.FORGETTING if erasure.forget_time is None else _STATE.DONE
