"""Merchants' own webhooks, from the endpoint that is made to the event that arrives, on a real server and worker."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from google.protobuf.duration_pb2 import Duration
from sendback.v1 import event_service_pb2 as pb
from sendback.v1 import message_pb2, message_service_pb2, webhook_pb2
from sendback.v1.webhook_pb2 import WebhookDelivery, WebhookDeliveryState, WebhookEndpoint
from sendback_client import SendbackError
from sendback_sdk.testing import Fault, ReceiverEmulator
from sendback_sdk.testing.receiver import SECRET
from sendback_service.command.app import app
from sendback_service.demo.world import Shop, World
from sendback_service.vault import new_key
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError
from typer.testing import CliRunner

from tests.rooms import places_of
from tests.shops import NOW, a_shop, make
from tests.typed import lines, typist

KEY = new_key()
PATIENCE = 60.0


class Town(NamedTuple):
    """`erp` is the operator's own receiver, in its private network; merchants may have their letters go there too."""

    world: World
    erp: ReceiverEmulator


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with ReceiverEmulator(SECRET) as erp:
        settings = {"url": erp.url + "/hook", "secret": "env:ERP_SECRET"}
        environment = {
            "SENDBACK_SECRETS_KEY": KEY,
            "ERP_SECRET": SECRET,
            "SENDBACK_ACCOUNTS__ERP__PLUGIN": "webhook",
            "SENDBACK_ACCOUNTS__ERP__SETTINGS": json.dumps(settings),
            "SENDBACK_WEBHOOKS": json.dumps([{"account": "erp", "types": ["return.*"]}]),
            "SENDBACK_CHANNELS": json.dumps(["erp"]),
        }
        with World(tmp_path_factory.mktemp("webhooks"), environment=environment) as world:
            world.set_clock(NOW)
            yield Town(world, erp)


@pytest.fixture
def receiver() -> Iterator[ReceiverEmulator]:
    with ReceiverEmulator() as receiver:
        yield receiver


def until(what: str, reached: Callable[[], Any]) -> Any:
    end = time.monotonic() + PATIENCE
    while not (found := reached()):
        assert time.monotonic() < end, f"waited {PATIENCE} s for {what}"
        time.sleep(0.05)
    return found


def create(shop: Shop, uri: str, *types: str, request_id: str = "") -> pb.CreateWebhookEndpointResponse:
    wanted = WebhookEndpoint(uri=uri, types=types, title="Warehouse")
    request = pb.CreateWebhookEndpointRequest(webhook_endpoint=wanted, request_id=request_id)
    return shop.client.events.CreateWebhookEndpoint(request)


def listening(shop: Shop, receiver: ReceiverEmulator, *types: str) -> WebhookEndpoint:
    made = create(shop, receiver.url + "/hook", *types)
    receiver.secrets = [made.secret]
    return made.webhook_endpoint


def endpoint(shop: Shop, id: str) -> WebhookEndpoint:
    return shop.client.events.GetWebhookEndpoint(pb.GetWebhookEndpointRequest(webhook_endpoint_id=id))


def deliveries(shop: Shop, **choice: Any) -> list[WebhookDelivery]:
    return list(shop.client.events.ListDeliveries(pb.ListDeliveriesRequest(**choice)).deliveries)


def enabled(shop: Shop, id: str, *, disabled: bool = False) -> WebhookEndpoint:
    request = pb.UpdateWebhookEndpointRequest(
        webhook_endpoint=WebhookEndpoint(id=id, disabled=disabled), update_mask={"paths": ["disabled"]}
    )
    return shop.client.events.UpdateWebhookEndpoint(request)


def refused(call: Callable[[], object]) -> SendbackError:
    with pytest.raises(SendbackError) as error:
        call()
    return error.value


def test_events_arrive_signed_and_each_only_with_whom_they_concern(
    bank: Town, receiver: ReceiverEmulator
) -> None:
    shop, stranger = a_shop(bank.world, "events"), a_shop(bank.world, "strangers")
    listening(shop, receiver, "return.*", "label.purchased")
    made, other = make(shop.client), make(stranger.client)
    until("the label", lambda: "label.purchased" in receiver.types())
    assert sorted(set(receiver.types())) == ["label.purchased", "return.approved", "return.requested"]
    assert {body["data"]["merchant_id"] for body in receiver.taken} == {shop.id}
    first = receiver.asked[0]
    body = Verifier(receiver.secrets[0]).verify(first.body, first.headers)
    assert body["data"]["subject"] == {"type": "return", "id": made.id, "sequence": 1}
    assert first.headers["webhook-id"] == body["data"]["id"]
    found = deliveries(shop, event_id=body["data"]["id"])
    assert [(d.state, d.attempts, d.failure) for d in found] == [(WebhookDeliveryState.DELIVERED, 1, "")]
    both = {made.id, other.id}
    until("the operator's", lambda: both <= {b["data"]["subject"]["id"] for b in bank.erp.taken})
    assert all(type.startswith(("return.", "letter.")) for type in bank.erp.types())
    accounts = bank.world.operator.events.ListDeliveries(pb.ListDeliveriesRequest(endpoint="account/erp"))
    assert accounts.deliveries


def test_a_receiver_may_fail_in_every_way_and_gets_each_event_once(
    bank: Town, receiver: ReceiverEmulator
) -> None:
    shop = a_shop(bank.world, "faults")
    made = listening(shop, receiver, "return.requested")
    with ReceiverEmulator() as elsewhere:
        receiver.say(302, location=elsewhere.url)
        receiver.say(500)
        make(shop.client)
        for attempts in (1, 2):
            until("an attempt", lambda n=attempts: sum(receiver.calls.values()) >= n)
            until("its end", lambda n=attempts: endpoint(shop, made.id).failures >= n)
            bank.world.pass_time(timedelta(hours=3))
        receiver.fail(Fault.ACT_THEN_CUT)
        until("the lost answer", lambda: sum(receiver.calls.values()) >= 3)
        until("its end", lambda: endpoint(shop, made.id).failures >= 3 or receiver.taken)
        bank.world.pass_time(timedelta(hours=3))
        until("the delivery", lambda: endpoint(shop, made.id).waiting == 0)
        assert elsewhere.asked == []
    assert receiver.types() == ["return.requested"]
    assert endpoint(shop, made.id).failures == 0


def test_gone_disables_and_what_was_given_up_is_delivered_again(
    bank: Town, receiver: ReceiverEmulator
) -> None:
    shop = a_shop(bank.world, "gone")
    made = listening(shop, receiver, "return.requested")
    receiver.say(410)
    make(shop.client)
    gone = until("disabling", lambda: (e := endpoint(shop, made.id)).disabled and e)
    assert gone.disabled_reason.startswith("410")
    (dead,) = deliveries(shop, endpoint=made.id, states=[WebhookDeliveryState.DEAD])
    again = pb.RedeliverWebhookRequest(delivery_id=dead.id)
    assert refused(lambda: shop.client.events.RedeliverWebhook(again)).reason == "STATE_FORBIDS"
    assert not enabled(shop, made.id).disabled_reason
    everything = pb.RedeliverWebhookRequest(webhook_endpoint_id=made.id, request_id="once")
    assert shop.client.events.RedeliverWebhook(everything).count == 1
    until("the event", lambda: receiver.types() == ["return.requested"])
    assert shop.client.events.RedeliverWebhook(everything).count == 1
    until("its note", lambda: endpoint(shop, made.id).waiting == 0)
    assert shop.client.events.RedeliverWebhook(again).delivery.id == dead.id
    until("the repetition", lambda: receiver.calls[dead.event_id] == 3)
    assert len(receiver.taken) == 1


def test_a_secret_is_told_once_and_rotated_without_a_gap(bank: Town, receiver: ReceiverEmulator) -> None:
    shop = a_shop(bank.world, "turned")
    made = create(shop, receiver.url, "return.requested", request_id="r1")
    assert made.secret.startswith("whsec_")
    assert create(shop, receiver.url, "return.requested", request_id="r1").secret == ""
    id = made.webhook_endpoint.id
    rotate = pb.RotateWebhookSecretRequest(webhook_endpoint_id=id, overlap=Duration(seconds=3600))
    newer = shop.client.events.RotateWebhookSecret(rotate).secret
    assert newer not in ("", made.secret)
    receiver.secrets = [made.secret]
    make(shop.client)
    until("one that the former secret verifies", lambda: receiver.taken)
    asked = receiver.asked[-1]
    assert Verifier(newer).verify(asked.body, asked.headers)
    bank.world.pass_time(timedelta(hours=2))
    receiver.secrets = [newer]
    make(shop.client, items=[{"order_line_id": "2", "quantity": 1}])
    until("one more", lambda: len(receiver.taken) == 2)
    asked = receiver.asked[-1]
    with pytest.raises(WebhookVerificationError):
        Verifier(made.secret).verify(asked.body, asked.headers)
    for secret in (made.secret, newer):
        assert secret not in str(endpoint(shop, id))
        assert places_of(bank.world, shop, secret) == []
        assert secret not in bank.world.installation.log("worker.log")


def test_a_private_network_is_out_of_reach_by_name_too(bank: Town, receiver: ReceiverEmulator) -> None:
    shop = a_shop(bank.world, "private")
    port = receiver.url.rpartition(":")[2]
    made = create(shop, f"https://localtest.localhost:{port}/", "return.requested").webhook_endpoint
    make(shop.client)
    failed = until("the failure", lambda: [d for d in deliveries(shop, endpoint=made.id) if d.failure])
    assert failed[0].failure.startswith("no connection: localtest.localhost")
    assert receiver.asked == []


@pytest.mark.parametrize(
    ("uri", "types"),
    [
        ("http://shop.example/hook", []),
        ("https://10.0.0.7/", []),
        ("https://localhost/", []),
        ("https://[::1]/", []),
        ("https://xn--a.example/", []),
        ("https://169.254.169.254/latest/meta-data", []),
        ("https://user:word@shop.example/", []),
        ("https://", []),
        ("https://shop.example/\r\nx: y", []),
        ("https://shop.example/", ["return"]),
        ("https://shop.example/", ["*"]),
        ("https://shop.example/", ["return.*'; DROP TABLE event; --"]),
    ],
)
def test_what_is_wrong_with_an_endpoint_is_said(bank: Town, uri: str, types: list[str]) -> None:
    shop = a_shop(bank.world, f"wrong{uri}{types}")
    error = refused(lambda: create(shop, uri, *types))
    assert error.reason == "INVALID_FIELD"
    assert error.fields[0].field == ("webhook_endpoint.types" if types else "webhook_endpoint.uri")


def test_nobody_touches_another_s_endpoint(bank: Town, receiver: ReceiverEmulator) -> None:
    shop, stranger = a_shop(bank.world, "mine"), a_shop(bank.world, "not mine")
    made = listening(shop, receiver, "return.requested")
    make(shop.client)
    (delivery,) = until("a delivery", lambda: deliveries(shop, endpoint=made.id))
    events = stranger.client.events
    for call in (
        lambda: endpoint(stranger, made.id),
        lambda: enabled(stranger, made.id, disabled=True),
        lambda: events.RotateWebhookSecret(pb.RotateWebhookSecretRequest(webhook_endpoint_id=made.id)),
        lambda: events.DeleteWebhookEndpoint(pb.DeleteWebhookEndpointRequest(webhook_endpoint_id=made.id)),
        lambda: events.RedeliverWebhook(pb.RedeliverWebhookRequest(delivery_id=delivery.id)),
        lambda: events.RedeliverWebhook(pb.RedeliverWebhookRequest(webhook_endpoint_id=made.id)),
    ):
        assert refused(call).reason == "NOT_FOUND"
    assert deliveries(stranger, endpoint=made.id) == []
    listed = events.ListWebhookEndpoints(pb.ListWebhookEndpointsRequest())
    assert list(listed.webhook_endpoints) == []


def test_of_two_changes_of_an_endpoint_at_once_neither_undoes_the_other(
    bank: Town, receiver: ReceiverEmulator
) -> None:
    shop = a_shop(bank.world, "at once")
    made = listening(shop, receiver, "return.requested")

    def update(**changed: Any) -> WebhookEndpoint:
        given = WebhookEndpoint(id=made.id, uri=made.uri, **changed)
        request = pb.UpdateWebhookEndpointRequest(
            webhook_endpoint=given, update_mask={"paths": list(changed)}
        )
        return shop.client.events.UpdateWebhookEndpoint(request)

    with ThreadPoolExecutor(2) as staff:
        for turn in range(20):
            types = ["return.approved", "return.requested"][: turn % 2 + 1]
            list(staff.map(lambda part: update(**part), ({"title": f"Turn {turn}"}, {"types": types})))
            now = endpoint(shop, made.id)
            assert (now.title, list(now.types), now.uri) == (f"Turn {turn}", types, made.uri)
    assert update(failures=7).types == now.types


def test_an_endpoint_is_changed_and_let_go(bank: Town, receiver: ReceiverEmulator) -> None:
    shop = a_shop(bank.world, "changed")
    made = listening(shop, receiver, "return.requested")
    stale = pb.UpdateWebhookEndpointRequest(
        webhook_endpoint=webhook_pb2.WebhookEndpoint(id=made.id, uri=receiver.url, etag="7")
    )
    assert refused(lambda: shop.client.events.UpdateWebhookEndpoint(stale)).reason == "ETAG_STALE"
    receiver.say(500)
    make(shop.client)
    until("a failure", lambda: endpoint(shop, made.id).failures)
    delete = pb.DeleteWebhookEndpointRequest(webhook_endpoint_id=made.id)
    shop.client.events.DeleteWebhookEndpoint(delete)
    assert refused(lambda: endpoint(shop, made.id)).reason == "NOT_FOUND"
    assert [d.state for d in deliveries(shop, endpoint=made.id)] == [WebhookDeliveryState.DEAD]


def test_a_merchant_has_twenty_endpoints_at_most(bank: Town) -> None:
    shop = a_shop(bank.world, "many")
    for number in range(20):
        create(shop, f"https://shop.example/{number}")
    error = refused(lambda: create(shop, "https://shop.example/20"))
    assert error.metadata == {"limit": "20 endpoints"}


def test_endpoints_are_seen_to_from_a_terminal(
    bank: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = typist(bank.world, a_shop(bank.world, "typed"), tmp_path, monkeypatch)
    made = lines(run("--json", "webhooks", "add", "https://shop.example/hooks", "-t", "return.*"))[0]
    assert str(made["secret"]).startswith("whsec_")
    endpoint = made["webhook_endpoint"]["id"]  # type: ignore[index]
    assert run("webhooks", "rotate", endpoint).stdout.startswith("whsec_")
    assert "give --yes" in run("webhooks", "change", endpoint, "disabled=true", status=2).stderr
    run("--yes", "webhooks", "change", endpoint, "disabled=true", "title=Lager")
    assert "Lager" in run("webhooks", "endpoints").stdout
    assert "nothing found" in run("webhooks", "deliveries", "--endpoint", endpoint).stderr
    assert "name a delivery" in run("webhooks", "redeliver", status=2).stderr
    run("webhooks", "redeliver", "dlv_none", status=4)
    run("--yes", "webhooks", "remove", endpoint)
    assert "nothing found" in run("webhooks", "endpoints").stderr


def test_without_a_key_there_are_no_secrets_and_no_endpoints(world: World, shop: Shop) -> None:
    assert refused(lambda: create(shop, "https://shop.example")).reason == "SECRETS_KEY_MISSING"


def test_a_letter_goes_by_every_channel_that_the_merchant_chose(bank: Town) -> None:
    shop = a_shop(bank.world, "both")
    settings = shop.client.messages.GetMessageSettings(message_service_pb2.GetMessageSettingsRequest())
    assert list(settings.offered_channels) == ["mail", "erp"]
    rule = message_pb2.MessageRule(occasion="LABEL", channels=["erp", "mail"])
    wanted = message_service_pb2.UpdateMessageSettingsRequest(settings={"rules": [rule]})
    shop.client.messages.UpdateMessageSettings(wanted)
    made = make(shop.client)

    def letters() -> list[Any]:
        found = [body["data"] for body in bank.erp.taken if body["type"] == "letter.label"]
        return [letter for letter in found if made.reference in letter["text"]]

    (letter,) = until("the letter", letters)
    mails = until(
        "the mail",
        lambda: [
            m
            for m in bank.world.post.mails
            if made.reference in m.parsed().get_body(("plain",)).get_content()
        ],
    )
    assert letter["subject"] == mails[0].parsed()["Subject"]
    assert (letter["recipient"], letter["sender_name"]) == ("buyer1@example.com", "Boutique")
    assert letter["attachments"][0]["media_type"] == "application/pdf"
    request = pb.ListEventsRequest(subject_id=made.id, types=["message.sent"])
    until("both to be noted", lambda: len(shop.client.events.ListEvents(request).events) == 2)


def test_the_audit_has_nothing_to_say(bank: Town) -> None:
    config = ["--config", str(bank.world.installation.file)]
    said = CliRunner().invoke(app, ["audit", "--json", *config], env={"SENDBACK_SECRETS_KEY": KEY})
    assert json.loads(said.stdout)["findings"] == []
