"""Files of orders: what is read, what is told of what cannot be."""

import io
import json
from pathlib import Path

import pytest
from sendback.v1.order_pb2 import Order
from sendback.v1.order_service_pb2 import FieldProblem, ImportOrdersResponse, RejectedOrder
from sendback_cli.importing import Form, Import, Send
from sendback_cli.json_lines import LONGEST_LINE, json_lines
from sendback_cli.plain_csv import plain_csv
from sendback_cli.shopify_csv import shopify_csv
from sendback_cli.statuses import Unusable

PLAIN = """order;number;currency;placed_at;email;country;postal_code;line;title;quantity;line_total;paid;delivered_at
e1;#1;EUR;2026-11-01 10:00;a@example.com;fr;75020;1;Robe;1;89,00;99,00;2026-11-05
e1;#1;EUR;;;;;2;Verre;3;10,00;;
e2;#2;JPY;2026-11-02T10:00:00+09:00;;;;;Tee;2;1200;1200;
"""
SHOPIFY_HEAD = (
    "Name,Email,Financial Status,Fulfillment Status,Fulfilled at,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,"
    "Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Lineitem fulfillment status"
    ",Lineitem discount,Shipping Name,Shipping Zip,Shipping Country,Refunded Amount,Id\n"
)
SHOPIFY_ORDER = (
    "#1001,a@example.com,paid,fulfilled,2026-11-03 09:00:00 +0100,EUR,94.00,5.00,15.00,99.00,WELCOME,5.00,"
    "2026-11-01 10:00:00 +0100,1,Robe,89.00,R-1,fulfilled,0.00,Camille Martin,'75020,FR,0.00,5001\n"
    "#1001,a@example.com,,,,,,,,,,,2026-11-01 10:00:00 +0100,2,Verre,5.00,V-1,pending,0.00,,,,,\n"
)


def read(text: str, form: str = "plain") -> list[Order]:
    data = io.BytesIO(text.encode())
    found = list({"plain": plain_csv, "shopify": shopify_csv}[form](data, "Europe/Paris"))
    assert [entry.problems for entry in found if entry.problems] == []
    return [entry.order for entry in found if entry.order]


def test_rows_that_follow_each_other_are_one_order() -> None:
    first, second = read(PLAIN)
    assert [(line.title, line.quantity, line.price.units) for line in first.lines] == [
        ("Robe", 1, 89),
        ("Verre", 3, 10),
    ]
    assert first.payments[0].captured.units == 99
    assert first.place_time.ToJsonString() == "2026-11-01T09:00:00Z"  # Paris
    assert [part.quantity for part in first.fulfilments[0].lines] == [1, 3]
    assert first.ship_to.region_code == "FR"
    assert second.lines[0].price.units == 1200
    assert second.place_time.ToJsonString() == "2026-11-02T01:00:00Z"
    assert not second.fulfilments


def test_rows_of_an_order_that_was_there_before_are_not_taken() -> None:
    """They would take the place of the rows before."""
    head, robe, verre, tee = PLAIN.splitlines()
    shuffled = "\n".join((head, robe, tee, verre, tee)) + "\n"
    entries = list(plain_csv(io.BytesIO(shuffled.encode()), "Europe/Paris"))
    assert [entry.order.external_id for entry in entries if entry.order] == ["e1", "e2"]
    refused = [(entry.place, entry.source, entry.problems[0]) for entry in entries if entry.problems]
    assert [(place, source, problem.field) for place, source, problem in refused] == [
        ("line 4", "e1", "order"),
        ("line 5", "e2", "order"),
    ]
    assert "sort the file" in refused[0][2].description


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        ("89,00", "89,005", "line_total", "no amount of EUR"),
        ("89,00", "", "line_total", "all units"),
        ("89,00", "1.000,00", "line_total", "no amount"),
        ("Verre;3", "Verre;3.5", "quantity", "no whole number"),
        ("Verre;3", "Verre;-3", "quantity", "no whole number"),
        ("2026-11-01 10:00", "01/11/2026", "placed_at", "no time"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named_and_stops_no_other(
    old: str, new: str, field: str, words: str
) -> None:
    entries = list(plain_csv(io.BytesIO(PLAIN.replace(old, new, 1).encode()), "UTC"))
    assert [(p.field, words in p.description) for p in entries[0].problems] == [(field, True)]
    assert entries[0].place == "lines 2 to 3"
    assert entries[1].order is not None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("order,number\n1,2\n", "no column currency"),
        ("", "no column"),
        (PLAIN + '"' + "x" * 200_000, "is no CSV"),
    ],
)
def test_what_is_no_such_file_is_said_to_be_none(text: str, words: str) -> None:
    with pytest.raises(Unusable, match=words):
        list(plain_csv(io.BytesIO(text.encode()), "UTC"))


def test_a_time_zone_that_is_none() -> None:
    with pytest.raises(Unusable, match="no time zone"):
        list(plain_csv(io.BytesIO(PLAIN.encode()), "../etc"))


def test_what_excel_writes_is_read() -> None:
    entry = next(plain_csv(io.BytesIO(PLAIN.replace("Robe", "Théière").encode("cp1252")), "UTC"))
    assert entry.order is not None
    assert entry.order.lines[0].title == "Théière"


def test_an_order_of_shopifys_export() -> None:
    (order,) = read(SHOPIFY_HEAD + SHOPIFY_ORDER, "shopify")
    assert (order.external_id, order.number) == ("5001", "#1001")
    assert [(line.title, line.price.units) for line in order.lines] == [("Robe", 89), ("Verre", 10)]
    assert (order.discounts[0].amount.units, order.shipping.price.units) == (5, 5)
    assert order.payments[0].captured.units == 99
    assert [part.line_id for part in order.fulfilments[0].lines] == ["1"]
    assert order.ship_to.postal_code == "75020"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (",15.00,99.00,", ",15.00,114.00,", "taxes come on top"),
        (",15.00,99.00,", ",15.00,98.00,", "sums differ"),
        ("Robe,89.00", "Robe,88.00", "lines less discounts"),
    ],
)
def test_an_export_whose_refunds_would_be_guesses_is_not_taken(old: str, new: str, words: str) -> None:
    text = SHOPIFY_HEAD + SHOPIFY_ORDER.replace(old, new, 1)
    (entry,) = shopify_csv(io.BytesIO(text.encode()), "UTC")
    assert words in entry.problems[0].description


def test_lines_that_are_no_orders() -> None:
    deep = '{"lines":' * 200 + "{}" + "}" * 200
    lines = ["{", '{"no_such": 1}', "", deep, '"' + "x" * LONGEST_LINE + '"', '{"number": "#1"}', "\x00\xff"]
    found = list(json_lines(io.BytesIO("\n".join(lines).encode("latin-1"))))
    assert [(entry.place, entry.order is None) for entry in found] == [
        ("line 1", True), ("line 2", True), ("line 4", True), ("line 5", True), ("line 6", False), ("line 7", True),
    ]  # fmt: skip


def an_import(tmp_path: Path, count: int = 7, bad: int = 3) -> Import:
    """Orders of which one has no lines; three to a batch."""
    file = tmp_path / "orders.jsonl"
    lines = []
    for number in range(1, count + 1):
        order = {"external_id": f"e{number}", "number": f"#{number}", "currency_code": "EUR"}
        order["place_time"] = "2026-11-01T10:00:00Z"
        if number != bad:
            order["lines"] = [{"id": "1", "title": "A", "quantity": 1, "price": {"currency_code": "EUR"}}]  # type: ignore[assignment]
        lines.append(json.dumps(order))
    file.write_text("\n".join(lines))
    return Import(file, Form.AUTO, "UTC", tmp_path / "rejects.jsonl", batch=3)


def server(sent: list[str], *, breaks_at: int = 0, rejects: str = "") -> Send:
    def take(orders: list[Order]) -> ImportOrdersResponse:
        if breaks_at and len(sent) >= breaks_at:
            raise ConnectionError("gone")
        sent.extend(order.external_id for order in orders)
        refused = [
            RejectedOrder(index=i, problems=[FieldProblem(field="lines", description="do not add up")])
            for i, order in enumerate(orders)
            if order.external_id == rejects
        ]
        return ImportOrdersResponse(created=len(orders) - len(refused), rejected=refused)

    return take  # type: ignore[return-value]


def test_what_is_wrong_is_written_down_with_its_reasons_and_stops_no_other(tmp_path: Path) -> None:
    work, sent = an_import(tmp_path), []
    list(work.run(server(sent, rejects="e5"), resume=False))
    assert sent == ["e1", "e2", "e4", "e5", "e6", "e7"]
    assert work.tally.as_dict() == {"read": 7, "created": 5, "changed": 0, "unchanged": 0, "rejected": 2}
    told = [json.loads(line) for line in (tmp_path / "rejects.jsonl").read_text().splitlines()]
    assert [(t["place"], t["order"]["external_id"], t["problems"][0]["field"]) for t in told] == [
        ("line 3", "e3", "lines"),
        ("line 5", "e5", "lines"),
    ]


def test_an_import_that_broke_off_goes_on_where_it_was(tmp_path: Path) -> None:
    first: list[str] = []
    with pytest.raises(ConnectionError):
        list(an_import(tmp_path).run(server(first, breaks_at=2), resume=False))
    again, second = an_import(tmp_path), []
    list(again.run(server(second), resume=True))
    assert first == ["e1", "e2"]
    assert second == ["e4", "e5", "e6", "e7"]
    assert again.tally.as_dict() == {"read": 7, "created": 6, "changed": 0, "unchanged": 0, "rejected": 1}
    assert len((tmp_path / "rejects.jsonl").read_text().splitlines()) == 1
    with pytest.raises(Unusable, match="no import"):
        list(an_import(tmp_path).run(server([]), resume=True))


def test_a_file_that_changed_meanwhile_is_not_gone_on_with(tmp_path: Path) -> None:
    with pytest.raises(ConnectionError):
        list(an_import(tmp_path).run(server([], breaks_at=2), resume=False))
    with pytest.raises(Unusable, match="changed"):
        list(an_import(tmp_path, count=8).run(server([]), resume=True))


def test_a_dry_run_checks_everything_and_leaves_no_trace_of_an_import(tmp_path: Path) -> None:
    work = an_import(tmp_path)
    list(work.run(None, resume=False))
    assert (work.tally.read, work.tally.rejected) == (7, 1)
    assert not (tmp_path / "orders.jsonl.import.json").exists()
