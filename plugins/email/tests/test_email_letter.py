from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from sendback_email.letter import built
from sendback_sdk import Attachment, Declined
from sendback_sdk.testing import a_message

_SENDER = "Retours <retours@shop.example>"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Maison Lumière", "Maison Lumière"),
        ("", "Retours"),
        ("Bank <b@bank.example>\r\nBcc: x@evil.example", "Bank <b at bank.example> Bcc: x at evil.example"),
        ("\u202eexe.\u200bshop\x00", "exe.shop"),
        ('Shop "of", all; things', 'Shop "of", all; things'),
        ("x" * 300, "x" * 80),
        ("サクラ商店", "サクラ商店"),
    ],
)
def test_the_shop_s_name_stands_before_the_sender_whatever_it_is(name: str, shown: str) -> None:
    mail = message_from_bytes(built(a_message(sender_name=name), _SENDER).as_bytes(), policy=default)
    (found,) = mail["From"].addresses
    assert (found.display_name, found.addr_spec) == (shown, "retours@shop.example")
    assert mail["Bcc"] is None


@pytest.mark.parametrize(
    "recipient",
    [
        "",
        "nobody",
        "@shop.example",
        "a@",
        "a@b@shop.example",
        "a b@shop.example",
        "a@shop.example, b@shop.example",
        "Camille <a@shop.example>",
        "a@shop.example\r\nRCPT TO:<b@evil.example>",
        "a\u202e@shop.example",
        "x" * 300 + "@shop.example",
        "a@-shop-.example",
    ],
)
def test_what_is_no_address_is_a_bounce(recipient: str) -> None:
    with pytest.raises(Declined):
        built(a_message(recipient=recipient), _SENDER)


def test_answers_go_to_the_shop_where_it_can_be_written_to() -> None:
    def answers(reply_to: str) -> str:
        return str(built(a_message(reply_to=reply_to), _SENDER, "help@operator.example")["Reply-To"])

    assert answers("hallo@bücher.example") == "hallo@xn--bcher-kva.example"
    for none in ("", "not an address", "a@b.example\r\nBcc: c@d.example", "käthe@bücher.example"):
        assert answers(none) == "help@operator.example"


def test_subjects_and_file_names_of_any_length_and_script_arrive() -> None:
    subject = "Étiquette 返品 " + "très longue " * 60
    names = ["../../etc/passwd", "C:\\tmp\\étiquette\r\nX: y.pdf", "a" * 300, ".."]
    parts = tuple(Attachment(name, "application/pdf", b"%PDF-1.4 %%EOF") for name in names)
    odd = (Attachment("x", "text/html\r\nX-Evil: 1", b"<b>"),)
    letter = built(a_message(subject=subject, attachments=parts + odd), _SENDER)
    mail = message_from_bytes(letter.as_bytes(), policy=default)
    assert mail["Subject"] == subject[:249] + "…"
    assert max(map(len, letter.as_bytes().splitlines())) <= 998
    found = list(mail.iter_attachments())
    assert [part.get_filename() for part in found[:2]] == ["passwd", "étiquette X: y.pdf"]
    assert (len(found[2].get_filename()), found[3].get_filename()) == (120, "attachment")
    assert found[4].get_content_type() == "application/octet-stream"
    assert "X-Evil" not in letter.as_string()


def test_no_part_knows_what_stands_between_the_parts() -> None:
    label = Attachment("label.pdf", "application/pdf", b"%PDF-1.4 %%EOF")

    def letter(text: str) -> EmailMessage:
        return built(a_message(key="k" * 90, text=text, html="<p>x</p>", attachments=(label,)), _SENDER)

    def borders(mail: EmailMessage) -> list[str]:
        return [part.get_boundary("") for part in mail.walk() if part.is_multipart()]

    first = letter("hello")
    known = "".join(f"--{border}\nX-Evil: yes\n\n--{border}--\n" for border in borders(first))
    second = letter(f"{known}the end")
    read = message_from_bytes(second.as_bytes(), policy=default)
    assert len(borders(first)) == len(set(borders(first))) == 2
    assert all(0 < len(border) <= 70 for border in borders(first))
    assert not set(borders(first)) & set(borders(second))
    body = read.get_body(("plain",))
    assert body is not None
    assert body.get_content().rstrip().endswith("the end")
    assert [part.get_content_type() for part in read.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "application/pdf",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour,\n\nà bientôt.\n",
        "Łódź, Ω, 5,00\xa0€ and a smile 🙂\n",
        "お客様、返品を受け付けました。\n" * 30,
        "A line of German words that is longer than a line of a letter: Rücksendungsbestätigung " * 20 + "\n",
        "From here on:\n.\n..\n=C3=A0 is no à\ntrailing blanks   \n",
        "plain\n",
    ],
    ids=["French", "letters and signs", "Japanese", "long lines", "what means something", "ASCII"],
)
def test_letters_go_in_seven_bits_and_read_the_same(text: str) -> None:
    raw = built(a_message(text=text, html=f"<p>{text}</p>"), _SENDER).as_bytes()
    assert raw.isascii()
    letter = message_from_bytes(raw, policy=default)
    assert letter.get_body(("plain",)).get_content().splitlines() == text.splitlines()
    assert letter.get_body(("html",)).get_content().splitlines() == f"<p>{text}</p>".splitlines()
