"""Merchants' own words for letters, by occasion and language: checked before they are kept, shown as they would arrive.

Ours stand in wherever a merchant has none, and wherever its own cannot be said of a letter.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace

from sqlmodel import select

from sendback_service.call import Call, check_etag, made_before, remember
from sendback_service.images import logo
from sendback_service.messages import Occasion
from sendback_service.refusal import Problem, Reason, Refusal, invalid, not_found
from sendback_service.shops import Shop, shop_in
from sendback_service.store import Database, prepared
from sendback_service.store.tables import MerchantRow, TemplateRow
from sendback_service.store.times import micros
from sendback_service.store.transaction import Subject, Transaction
from sendback_service.text.letters import Letter, known_in, letter, our_words, values_of
from sendback_service.text.samples import Look, sample
from sendback_service.text.wording import Wording, flaws
from sendback_service.text.words import LANGUAGES

# What a letter of these kinds may not keep silent about.
_NEEDED: dict[Occasion, frozenset[str]] = {
    Occasion.WITHDRAWAL: frozenset({"time", "reference"}),
    Occasion.REMINDER: frozenset({"date"}),
    Occasion.REFUNDED: frozenset({"amount"}),
    Occasion.CREDITED: frozenset({"amount"}),
}


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """`own` false: ours, in the form in which a merchant's would be written. `version` 0 is of what is not kept.
    `variables` are what it may name."""

    occasion: Occasion
    language: str
    wording: Wording
    variables: tuple[str, ...]
    own: bool = False
    version: int = 0


@dataclass(frozen=True, slots=True)
class Preview:
    language: str
    letter: Letter
    own: bool


class MessageTemplates:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(
        self, call: Call, occasion: Occasion, language: str, wording: Wording, etag: str
    ) -> MessageTemplate:
        _check_language(language)
        _check(occasion, language, wording)
        await self._database.write(lambda tx: _save(tx, call, occasion, language, wording, etag), call.author)
        return (await self.list(call.merchant_id, (occasion,), (language,)))[0]

    async def delete(self, call: Call, occasion: Occasion, language: str) -> None:
        """From now on it is written in our words again."""
        await self._database.write(lambda tx: _delete(tx, call, occasion, language), call.author)

    async def preview(
        self, merchant_id: str, occasion: Occasion, languages: Sequence[str], draft: Wording | None
    ) -> list[Preview]:
        """As it would arrive, with the merchant's brand and a made-up return. A draft takes the place of what is kept,
        and is checked like it."""
        for language in languages:
            _check_language(language)
            if draft is not None:
                _check(occasion, language, draft)
        return await self._database.read(
            lambda tx: [_preview(tx, merchant_id, occasion, language, draft) for language in languages]
        )

    async def list(
        self, merchant_id: str, occasions: Sequence[Occasion], languages: Sequence[str]
    ) -> list[MessageTemplate]:
        """Every one of these, ours where the merchant has none."""
        return await self._database.read(lambda tx: list(_found(tx, merchant_id, occasions, languages)))


def wording_in(tx: Transaction, merchant_id: str, occasion: str, language: str) -> Wording | None:
    """The merchant's own; None where it has none."""
    key = {"merchant_id": merchant_id, "occasion": occasion, "language": language}
    document = tx.session.exec(prepared.TEMPLATE_DOCUMENT, params=key).first()
    return None if document is None else Wording(**document)


def _check_language(language: str) -> None:
    if language not in LANGUAGES:
        raise invalid("language_code", f"must be one of {', '.join(LANGUAGES)}")


def _check(occasion: Occasion, language: str, wording: Wording) -> None:
    facts = sample(occasion, language, Look("Maison Lumière"))
    known = {name: values_of(facts)[name] for name in known_in(occasion)}
    found = tuple(
        Problem(f"template.{flaw.part}", flaw.says)
        for flaw in flaws(wording, known, _NEEDED.get(occasion, frozenset()))
    )
    if found:
        raise Refusal(Reason.INVALID_FIELD, {"field": found[0].field}, found)


def _found(
    tx: Transaction, merchant_id: str, occasions: Sequence[Occasion], languages: Sequence[str]
) -> Iterator[MessageTemplate]:
    query = select(TemplateRow).where(TemplateRow.merchant_id == merchant_id)
    own = {(row.occasion, row.language): row for row in tx.session.exec(query)}
    for occasion in occasions:
        for language in languages:
            row = own.get((occasion.value, language))
            ours = MessageTemplate(
                occasion, language, our_words(occasion, language), tuple(sorted(known_in(occasion)))
            )
            yield (
                ours
                if row is None
                else replace(ours, wording=Wording(**row.document), own=True, version=row.version)
            )


def _save(
    tx: Transaction, call: Call, occasion: Occasion, language: str, wording: Wording, etag: str
) -> None:
    if tx.session.get(MerchantRow, call.merchant_id, with_for_update=True) is None:
        raise not_found("merchant", call.merchant_id)
    if made_before(tx, call) is not None:
        return
    row = tx.session.get(TemplateRow, (call.merchant_id, occasion.value, language))
    version = 0 if row is None else row.version
    check_etag(etag, version)
    kept = TemplateRow(
        merchant_id=call.merchant_id,
        occasion=occasion,
        language=language,
        document=asdict(wording),
        version=version + 1,
        update_time=micros(tx.now),
    )
    tx.session.merge(kept)
    _record(tx, call, occasion, language)


def _delete(tx: Transaction, call: Call, occasion: Occasion, language: str) -> None:
    row = tx.session.get(TemplateRow, (call.merchant_id, occasion.value, language), with_for_update=True)
    if made_before(tx, call) is not None:
        return
    if row is None:
        raise not_found("message_template", f"{occasion.value}/{language}")
    tx.session.delete(row)
    _record(tx, call, occasion, language)


def _record(tx: Transaction, call: Call, occasion: Occasion, language: str) -> None:
    attributes = {"part": "template", "occasion": occasion.value, "language": language}
    tx.record(call.merchant_id, "portal.changed", Subject("merchant", call.merchant_id), attributes)
    remember(tx, call, f"{occasion.value}/{language}")


def _preview(
    tx: Transaction, merchant_id: str, occasion: Occasion, language: str, draft: Wording | None
) -> Preview:
    wording = draft or wording_in(tx, merchant_id, occasion.value, language)
    look = _look(tx, shop_in(tx, merchant_id))
    return Preview(language, letter(sample(occasion, language, look, wording)), wording is not None)


def _look(tx: Transaction, shop: Shop) -> Look:
    picture, brand = logo(tx, shop.id, shop.brand.logo_image_id), shop.brand
    return Look(
        brand=shop.display_name,
        color=brand.color,
        logo_uri="" if picture is None else picture.data_uri,
        logo_size=(0, 0) if picture is None else (picture.width, picture.height),
        support_uri=brand.support_uri,
        policy_uri=brand.policy_uri,
        social_uris=brand.social_uris,
        address=shop.warehouses[0].address if shop.warehouses else None,
    )
