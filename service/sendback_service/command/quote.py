import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sendback_service.command.terminal import AsJson, err
from sendback_service.configuration import ConfigurationError
from sendback_service.text.words import LANGUAGES, language_for

if TYPE_CHECKING:
    from sendback_service.api.quote_file import Stage
    from sendback_service.rules.labels import LabelOffer
    from sendback_service.rules.quote import Quote


def quote(
    file: Annotated[
        str, typer.Argument(help="The order, the policy and what comes back; - reads standard input.")
    ],
    language: Annotated[str, typer.Option("--language", "-l", help=f"One of {', '.join(LANGUAGES)}.")] = "en",
    as_json: AsJson = False,
) -> None:
    """Says step by step what units of an order are worth; no installation needed. Exit status 1 if not as expected."""
    from sendback_service.api.quote_answer import answer, unmet
    from sendback_service.api.quote_file import quote_file
    from sendback_service.rules.requested_return import in_turn
    from sendback_service.rules.territory import LABEL_COUNTRIES, OUTLYING

    spoken = _language(language)
    read = quote_file(_text(file))
    stages = [(stage.asked, stage.label_fee) for stage in read.stages]
    made = list(in_turn(read.policy, stages, LABEL_COUNTRIES | OUTLYING))
    told = [(stage, *parts) for stage, parts in zip(read.stages, made, strict=True)]
    if as_json:
        answers = [answer(*parts, spoken) for parts in told]
        print(json.dumps({**answers[-1], "earlier": answers[:-1]}, indent=2, ensure_ascii=False))
    else:
        print("\n\n".join(_page(*parts, spoken) for parts in told))
    wrong = [line for stage, _, money in told for line in unmet(stage, money)]
    for line in wrong:
        err().print(line, style="red", highlight=False, soft_wrap=True, markup=False)
    if wrong:
        raise typer.Exit(1)


def _language(wanted: str) -> str:
    if wanted.replace("_", "-").partition("-")[0].lower() not in LANGUAGES:
        raise ConfigurationError(f"--language {wanted}: give one of {', '.join(LANGUAGES)}")
    return language_for(wanted)


def _text(file: str) -> str:
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as wrong:
        raise ConfigurationError(f"{file}: {wrong.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{file}: not text in UTF-8") from None


def _page(stage: "Stage", offer: "LabelOffer", money: "Quote", language: str) -> str:
    """What it is sent with, the steps with the total so far, and what the buyer gets."""
    from sendback_service.text.amounts import amount
    from sendback_service.text.steps import result_texts, step_text
    from sendback_service.text.verdicts import offer_text
    from sendback_service.text.words import words

    say = words(language)
    steps = [
        (step_text(step, money.currency, language), amount(step.running, money.currency, say))
        for step in money.steps
    ]
    parts = [
        [offer_text(offer, money.currency, language)] if stage.label_fee is None else [],
        _columns(steps),
        result_texts(money, language),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _columns(rows: Sequence[tuple[str, str]]) -> list[str]:
    widths = [max((len(row[n]) for row in rows), default=0) for n in (0, 1)]
    return [f"{text:<{widths[0]}}   {total:>{widths[1]}}" for text, total in rows]
