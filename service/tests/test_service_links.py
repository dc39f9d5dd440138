"""Addresses that merchants, buyers and peers write."""

import pytest
from sendback_service.links import is_link, is_mailbox, url_in


@pytest.mark.parametrize(
    "text",
    [
        "https://www.instagram.com/boutique",
        "http://[2606:2800::1]:8080/",
        "HTTPS://bücher.example",
        "https://x/y z",
    ],
)
def test_addresses_on_the_web(text: str) -> None:
    assert is_link(text)


@pytest.mark.parametrize(
    "text",
    ["", "x", "www.shop.example", "https://", "//shop.example", "mailto:a@b.example", "javascript:x://y"],
)
def test_what_leads_nowhere_on_the_web(text: str) -> None:
    assert not is_link(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://[www.instagram.com/boutique",
        "https://[::1/",
        "https://shop.example:none/",
        "https://xn--a.example/",
        "https://xn--/",
        "https://\ud800.example/",
        "https://shop.example/\x00",
        "https://1.2.3.999/",
    ],
)
def test_what_is_no_address_breaks_nothing(text: str) -> None:
    assert url_in(text) is None
    assert not is_link(text)


@pytest.mark.parametrize(
    "text",
    ["help@shop.example", "help+returns@mail.shop.example", "käthe@bücher.example", "o'neil@x.example"],
)
def test_what_a_mailbox_looks_like(text: str) -> None:
    assert is_mailbox(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "call us",
            "help@shop",
            "@shop.example",
            "help@",
            "a@b@shop.example",
            "help@shop.example?bcc=x@y.example",
        ),
        *(
            "Help <help@shop.example>",
            "a@shop.example, b@shop.example",
            "help@shop..example",
            "help @shop.example",
        ),
        *("help@shop.example\n", "mailto:help@shop.example"),
    ],
)
def test_what_nobody_can_write_to(text: str) -> None:
    assert not is_mailbox(text)
