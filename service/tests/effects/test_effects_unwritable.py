"""What the other side says and no database can keep: nothing is done again and again for it."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sendback_sdk import (
    Declined,
    Label,
    LabelRequest,
    Message,
    Money,
    OutcomeUnknown,
    PrivacyKind,
    PrivacyRequest,
    Receipt,
    RefundRequest,
    RefundUpdate,
    Repeat,
    TrackingState,
    TrackingUpdate,
    TryLater,
)
from sendback_service import privacy_news, refund_news, tracking
from sendback_service.store.tables import MessageRow, ParcelRow, SettlementRow, TransferRow
from sqlmodel import select

from service.tests.effects.parties import Bank, Post, Postman
from service.tests.effects.world import STAFF, START, Stage, ask_for_label, settle

HOUR = timedelta(hours=1)
EMBEDDED = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
UNWRITABLE = pytest.mark.parametrize("word", ["400: \x00", "cut \ud83d"], ids=["zero", "half"])


class CurtBank(Bank):
    """It answers what it is told to, once; then as it should."""

    def __init__(self, answer: Any, **state: Any) -> None:
        super().__init__(**state)
        self.answer = answer

    def _pay(self, request: RefundRequest) -> Receipt:
        receipt, answer, self.answer = super()._pay(request), self.answer, None
        if isinstance(answer, Exception):
            raise answer
        return receipt if answer is None else answer  # type: ignore[no-any-return]


class CurtPost(Post):
    def __init__(self, answer: Exception | None = None, **differs: Any) -> None:
        super().__init__(repeat=Repeat.SAFE)
        self.answer, self.differs = answer, differs

    def _make(self, request: LabelRequest) -> Label:
        if self.answer is not None:
            raise self.answer
        return replace(super()._make(request), **self.differs)


class CurtPostman(Postman):
    def __init__(self, answer: Any) -> None:
        super().__init__()
        self.answer = answer

    def _deliver(self, message: Message) -> Receipt:
        receipt, answer, self.answer = super()._deliver(message), self.answer, None
        if isinstance(answer, Exception):
            raise answer
        return receipt if answer is None else answer  # type: ignore[no-any-return]


def paid_by(stage: Stage, bank: Bank) -> tuple[str, str]:
    """The settlement's state, and why."""
    stage.platforms = {"bank": bank}
    stage.database.transact(settle, STAFF)
    stage.run(until=HOUR)
    state = stage.database.look(lambda tx: tx.session.exec(select(SettlementRow.state)).one())
    return state, stage.database.look(lambda tx: tx.session.exec(select(TransferRow.failure)).one())


def label_of(stage: Stage, post: Post) -> ParcelRow:
    stage.carriers = {"post": post}
    stage.database.transact(ask_for_label, STAFF)
    stage.run(until=HOUR)
    return stage.database.look(lambda tx: tx.session.exec(select(ParcelRow)).one())


@UNWRITABLE
def test_a_refusal_is_kept_with_a_mark_in_its_place(stage: Stage, word: str) -> None:
    state, why = paid_by(stage, CurtBank(Declined(word)))
    assert (state, why) == ("FAILED", f"DECLINED {word[:-1]}\ufffd")


@pytest.mark.parametrize("reference", ["r\x00", "r\ud83d", None, 7])
def test_a_receipt_with_such_a_reference_leaves_a_doubt(stage: Stage, reference: Any) -> None:
    bank = CurtBank(Receipt(reference))
    assert paid_by(stage, bank)[0] == "SETTLED"
    assert (len(bank.paid), len(bank.requests)) == (1, 2)


@UNWRITABLE
def test_a_carrier_s_refusal_is_kept_too(stage: Stage, word: str) -> None:
    parcel = label_of(stage, CurtPost(Declined(word)))
    assert (parcel.label, parcel.failure) == ("FAILED", f"post: DECLINED {word[:-1]}\ufffd")


@EMBEDDED
@pytest.mark.parametrize("after", [float("nan"), float("inf"), -1, "soon"])
def test_a_length_of_time_that_is_none_is_not_waited_for(stage: Stage, after: Any) -> None:
    assert paid_by(stage, CurtBank(TryLater("busy", after=after)))[0] in ("SETTLED", "SUBMITTED")
    assert label_of(stage, CurtPost(TryLater("busy", after=after))).label in ("FAILED", "REQUESTED")


@pytest.mark.parametrize(
    "differs",
    [
        {"expires": datetime(2027, 1, 1)},
        {"expires": "tomorrow"},
        {"tracking_url": None},
        {"tracking_number": "1\x00"},
        {"carrier_reference": 4711},
        {"carrier_reference": "cut \ud83d"},
    ],
)
def test_such_a_label_leaves_a_doubt(stage: Stage, differs: dict[str, Any]) -> None:
    assert label_of(stage, CurtPost(**differs)).label == "UNKNOWN"


@EMBEDDED
@pytest.mark.parametrize("minor", [10**20, 10**15, -1])
def test_a_price_that_no_label_has_is_not_kept_and_the_label_is(stage: Stage, minor: int) -> None:
    parcel = label_of(stage, CurtPost(price=Money(minor, "EUR")))
    assert (parcel.label, parcel.price_minor) == ("PURCHASED", None)


@EMBEDDED
@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://[post.example/1", "post.example/1"])
def test_a_link_that_leads_nowhere_is_not_kept_and_the_label_is(stage: Stage, url: str) -> None:
    parcel = label_of(stage, CurtPost(tracking_url=url))
    assert (parcel.label, parcel.tracking_uri) == ("PURCHASED", "")


@EMBEDDED
def test_a_label_may_last_for_ever(stage: Stage) -> None:
    parcel = label_of(stage, CurtPost(expires=datetime.max.replace(tzinfo=UTC)))
    assert parcel.label == "PURCHASED"


@pytest.mark.parametrize("answer", [Receipt(None), Receipt("\x00"), OutcomeUnknown("\ud83d")])  # type: ignore[arg-type]
def test_a_letter_with_such_a_receipt_is_sent_once_more_under_its_key(stage: Stage, answer: Any) -> None:
    stage.postman = CurtPostman(answer)
    label_of(stage, CurtPost(Declined("no")))
    assert len(stage.postman.sent) == 2
    assert len({message.key for message in stage.postman.sent}) == 1
    assert stage.database.look(lambda tx: tx.session.exec(select(MessageRow.state)).one()) == "SENT"


@UNWRITABLE
def test_what_a_webhook_says_in_words_is_kept_with_a_mark(stage: Stage, word: str) -> None:
    stage.platforms = {"bank": (bank := Bank("deaf"))}
    stage.database.transact(settle, STAFF)
    stage.run(until=timedelta(minutes=5))
    stage.clock.turn(HOUR)
    update = RefundUpdate(bank.requests[0].key, settled=False, text=word)
    assert refund_news.problem(update) == ""
    news = refund_news.RefundNews(stage.database, "bank")
    assert asyncio.run(news.hear([update], "bank")) == 1
    why = stage.database.look(lambda tx: tx.session.exec(select(TransferRow.failure)).one())
    assert why == f"DECLINED {word[:-1]}\ufffd"


@UNWRITABLE
def test_a_webhook_that_names_something_so_makes_no_sense(word: str) -> None:
    assert refund_news.problem(RefundUpdate(word, settled=True))
    assert refund_news.problem(RefundUpdate("key", settled=True, reference=word))
    assert tracking.wrong_update(TrackingUpdate(word, TrackingState.DELIVERED, START))
    assert privacy_news.problem(PrivacyRequest(PrivacyKind.ERASE_BUYER, word, emails=("a@example.org",)))
    assert privacy_news.problem(PrivacyRequest(PrivacyKind.ERASE_BUYER, "key", emails=(word,)))
