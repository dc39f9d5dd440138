"""Letters as merchants want them: in their own words, tried before they are kept, looked at before they are sent."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from sendback.v1 import message_service_pb2 as pb
from sendback.v1 import returns_service_pb2
from sendback.v1.message_pb2 import MessageOccasion, MessageRule, MessageSettings, MessageTemplate
from sendback_client import SendbackError
from sendback_service.demo.world import Shop, World

from tests.shops import a_shop, make

LABEL = MessageOccasion.LABEL


def keep(shop: Shop, **changes: Any) -> MessageTemplate:
    usual = {
        "occasion": LABEL,
        "language_code": "fr",
        "subject": "Étiquette {{ reference }}",
        "body": "Voici.",
    }
    template = MessageTemplate(**{**usual, **changes})
    return shop.client.messages.UpdateMessageTemplate(pb.UpdateMessageTemplateRequest(template=template))


def listed(shop: Shop, **choice: Any) -> list[MessageTemplate]:
    request = pb.ListMessageTemplatesRequest(**choice)
    return list(shop.client.messages.ListMessageTemplates(request).templates)


def preview(shop: Shop, **request: Any) -> pb.PreviewMessageResponse:
    return shop.client.messages.PreviewMessage(pb.PreviewMessageRequest(**{"occasion": LABEL, **request}))


def refused(call: Callable[[], object]) -> SendbackError:
    with pytest.raises(SendbackError) as error:
        call()
    return error.value


def test_a_buyer_gets_the_letter_in_the_merchant_s_words(world: World) -> None:
    shop = a_shop(world, "own words")
    body = "Chère cliente,\n\nvotre étiquette <script> {{ order }} est jointe."
    kept = keep(shop, language_code="fr", body=body)
    assert (kept.own, kept.etag, list(kept.variables)) == (True, "1", ["brand", "order", "reference"])
    made = make(shop.client)
    subject = f"Étiquette {made.reference}"
    (mail,) = until("the mail", lambda: mails(world, subject))
    assert "votre étiquette <script> #1 est jointe." in mail.get_body(("plain",)).get_content()
    assert "votre étiquette &lt;script&gt; #1 est jointe." in mail.get_body(("html",)).get_content()
    assert mail["From"].addresses[0].display_name == "Boutique"


def mails(world: World, subject: str) -> list[Any]:
    parsed = [mail.parsed() for mail in list(world.post.mails)]
    return [mail for mail in parsed if mail["Subject"] == subject]


def test_every_template_is_listed_in_every_language_ours_where_there_is_none(world: World) -> None:
    shop, stranger = a_shop(world, "lists"), a_shop(world, "lists of another")
    assert len(listed(shop)) == 18 * 4
    keep(shop)
    (fr,) = listed(shop, occasions=[LABEL], language_codes=["fr"])
    (en,) = listed(shop, occasions=[LABEL], language_codes=["en"])
    assert (fr.own, fr.body, en.own) == (True, "Voici.", False)
    assert en.subject == "Your return label for order {{ order }}"
    assert not any(template.own for template in listed(stranger))
    assert keep(shop, **{"body": en.body, "subject": en.subject}).etag == "2"
    assert refused(lambda: keep(shop, etag="1")).reason == "ETAG_STALE"
    gone = pb.DeleteMessageTemplateRequest(occasion=LABEL, language_code="fr")
    shop.client.messages.DeleteMessageTemplate(gone)
    assert not any(template.own for template in listed(shop))
    assert refused(lambda: shop.client.messages.DeleteMessageTemplate(gone)).reason == "NOT_FOUND"


def test_a_preview_shows_each_language_as_it_would_arrive(world: World) -> None:
    shop = a_shop(world, "preview")
    keep(shop)
    found = preview(shop).previews
    assert [(p.language_code, p.own) for p in found] == [
        ("fr", True), ("en", False), ("es", False), ("de", False)
    ]  # fmt: skip
    assert found[0].subject == "Étiquette R7K3F9Q2"
    assert "Linen dress" in found[1].text
    assert all("Boutique" in p.html and p.html.startswith("<!doctype html>") for p in found)
    draft = MessageTemplate(subject="S {{ order }}", body="Neu", button="Los")
    (german,) = preview(shop, language_codes=["de"], draft=draft).previews
    assert (german.subject, german.own) == ("S #1042", True)
    assert listed(shop, occasions=[LABEL], language_codes=["de"])[0].own is False


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"body": "{{ amount }}"}, "template.body"),
        ({"body": "{{ brand.__class__ }}"}, "template.body"),
        ({"body": "{% for a in brand %}{% endfor %}"}, "template.body"),
        ({"subject": " "}, "template.subject"),
        ({"subject": "a\nb"}, "template.subject"),
        ({"button": "x" * 41}, "template.button"),
        ({"occasion": MessageOccasion.WITHDRAWAL, "body": "Reçu."}, "template.body"),
        ({"language_code": "nl"}, "language_code"),
        ({"occasion": MessageOccasion.MESSAGE_OCCASION_UNSPECIFIED}, "template.occasion"),
    ],
)
def test_what_is_wrong_with_a_template_is_said_and_not_kept(
    world: World, changes: dict[str, Any], field: str
) -> None:
    shop = a_shop(world, f"wrong{changes}")
    error = refused(lambda: keep(shop, **changes))
    assert (error.reason, error.fields[0].field) == ("INVALID_FIELD", field)
    assert not any(template.own for template in listed(shop))
    if field.startswith("template.") and "occasion" not in changes:
        draft = MessageTemplate(**{"subject": "s", "body": "b", **changes})
        assert refused(lambda: preview(shop, draft=draft)).fields[0].field == field


def test_a_merchant_says_which_letters_are_written(world: World) -> None:
    shop = a_shop(world, "quiet")

    def change(*rules: MessageRule, etag: str = "") -> MessageSettings:
        request = pb.UpdateMessageSettingsRequest(settings=MessageSettings(rules=rules, etag=etag))
        return shop.client.messages.UpdateMessageSettings(request)

    off = MessageRule(occasion="HANDED_OVER")
    assert change(off).etag == "1"
    assert refused(lambda: change(off, etag="0")).reason == "ETAG_STALE"
    for wrong, says in (
        (MessageRule(occasion="LABEL"), "buyers need the letter LABEL"),
        (MessageRule(occasion="LABEL", channels=["sms"]), "no channel 'sms'; offered: mail"),
    ):
        assert says in str(refused(lambda wrong=wrong: change(wrong)).fields)
    assert "twice" in str(refused(lambda: change(off, off)).fields)
    settings = shop.client.messages.GetMessageSettings(pb.GetMessageSettingsRequest())
    assert [(rule.occasion, list(rule.channels)) for rule in settings.rules] == [
        (MessageOccasion.HANDED_OVER, [])
    ]


def test_staff_see_to_a_buyer_whose_mailbox_is_gone(world: World) -> None:
    shop = a_shop(world, "bounced")
    world.post.fail("550 5.1.1 no such mailbox")
    made = make(shop.client)
    try:
        until("the work item", lambda: work(shop))
    finally:
        world.post.calm()
    assert [(item.kind, item.return_id) for item in work(shop)] == [("message.bounced", made.id)]


def work(shop: Shop) -> list[Any]:
    request = returns_service_pb2.ListWorkItemsRequest()
    return list(shop.client.returns.ListWorkItems(request).work_items)


def until(what: str, reached: Callable[[], Any]) -> Any:
    end = time.monotonic() + 60
    while not (found := reached()):
        assert time.monotonic() < end, f"waited a minute for {what}"
        time.sleep(0.05)
    return found
