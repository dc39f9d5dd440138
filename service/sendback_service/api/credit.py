"""CreditService: the ledger of store credit."""

from sendback.v1 import credit_service_pb2 as pb
from sendback.v1 import credit_service_pb2_grpc

from sendback_service.api.caller import CALLER, call_for
from sendback_service.api.interceptor import Context
from sendback_service.api.money import minor_of, money_message
from sendback_service.api.times import stamp
from sendback_service.credit import Holder
from sendback_service.redemptions import Account, Balance, Entry, Redemption, Redemptions
from sendback_service.refusal import invalid


class CreditServicer(credit_service_pb2_grpc.CreditServiceServicer):
    def __init__(self, redemptions: Redemptions) -> None:
        self._redemptions = redemptions

    async def GetCreditAccount(
        self, request: pb.GetCreditAccountRequest, context: Context
    ) -> pb.CreditAccount:
        return _account(await self._redemptions.account(_merchant(), request.customer_id))

    async def ListCreditEntries(
        self, request: pb.ListCreditEntriesRequest, context: Context
    ) -> pb.ListCreditEntriesResponse:
        page = await self._redemptions.entries(
            _merchant(), request.customer_id, request.currency_code, request.page_size, request.page_token
        )
        return pb.ListCreditEntriesResponse(
            entries=[_entry(entry) for entry in page.items], next_page_token=page.next_token
        )

    async def RedeemCredit(self, request: pb.RedeemCreditRequest, context: Context) -> pb.Redemption:
        amount = minor_of(request.amount, "amount")
        if amount <= 0:
            raise invalid("amount", "must be more than nothing")
        holder = Holder(_merchant(), request.customer_id, request.amount.currency_code)
        return _redemption(await self._redemptions.redeem(call_for(request), holder, amount, request.etag))

    async def GetRedemption(self, request: pb.GetRedemptionRequest, context: Context) -> pb.Redemption:
        return _redemption(await self._redemptions.get(_merchant(), request.redemption_id))

    async def ReverseRedemption(
        self, request: pb.ReverseRedemptionRequest, context: Context
    ) -> pb.Redemption:
        return _redemption(await self._redemptions.reverse(call_for(request), request.redemption_id))


def _merchant() -> str:
    return CALLER.get().key.merchant_id


def _account(account: Account) -> pb.CreditAccount:
    return pb.CreditAccount(
        customer_id=account.customer_id,
        balances=[_balance(balance) for balance in account.balances],
        etag=account.etag,
    )


def _balance(balance: Balance) -> pb.CreditBalance:
    shown = pb.CreditBalance(amount=money_message(balance.amount, balance.currency))
    if balance.next_expire is not None:
        shown.next_expire_time.CopyFrom(stamp(balance.next_expire))
        shown.next_expire_amount.CopyFrom(money_message(balance.next_amount, balance.currency))
    return shown


def _entry(entry: Entry) -> pb.CreditEntry:
    return pb.CreditEntry(
        id=entry.id,
        kind=getattr(pb.CreditEntry, entry.kind),
        amount=money_message(entry.amount, entry.currency),
        credit_id=entry.credit_id,
        expire_time=stamp(entry.expire_time),
        create_time=stamp(entry.create_time),
        return_id=entry.return_id,
        redemption_id=entry.redemption_id,
    )


def _redemption(found: Redemption) -> pb.Redemption:
    reversed_ = found.reverse_time is not None
    return pb.Redemption(
        id=found.id,
        customer_id=found.customer_id,
        amount=money_message(found.amount, found.currency),
        state=pb.Redemption.REVERSED if reversed_ else pb.Redemption.REDEEMED,
        create_time=stamp(found.create_time),
        reverse_time=stamp(found.reverse_time),
    )
