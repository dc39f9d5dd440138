"""`python -m sendback_service.text --check` says whether the catalogues are complete; `--update` adds what is new."""

import argparse
import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from sendback_service.text.words import LANGUAGES, SOURCE, catalogue_file

_HERE = Path(__file__).parent
_METHODS = [("**.py", "python"), ("templates/**", "jinja2.ext:babel_extract")]
_KEYWORDS = {"N_": None, "say": None}
_PLACEHOLDER = re.compile(r"{(\w+)}")


def sentences() -> Catalog:
    """Every sentence that stands in the code and the templates."""
    catalogue = Catalog(project="Sendback", charset="utf-8")
    found = extract_from_dir(str(_HERE), _METHODS, keywords=_KEYWORDS, comment_tags=())
    for file, _line, sentence, _comments, context in found:
        catalogue.add(sentence, locations=[(file, 0)], context=context)
    return catalogue


def read(language: str) -> Catalog:
    file = catalogue_file(language)
    if not file.exists():
        return Catalog(locale=language, project="Sendback", charset="utf-8")
    with file.open("rb") as stream:
        return read_po(stream, locale=language)


def problems(language: str, wanted: Catalog) -> list[str]:
    """What keeps a catalogue from being complete and current."""
    present = read(language)
    found = [f"no longer used: {m.id!r}" for m in present if m.id and wanted.get(m.id) is None]
    found += [f"obsolete: {message_id!r}" for message_id in present.obsolete]
    for message in wanted:
        if message.id:
            found += _message_problems(message, present.get(message.id))
    return found


def _message_problems(message: Message, translated: Message | None) -> list[str]:
    if translated is None or not translated.string:
        return [f"not translated: {message.id!r}"]
    if translated.fuzzy:
        return [f"fuzzy: {message.id!r}"]
    if set(_PLACEHOLDER.findall(str(message.id))) != set(_PLACEHOLDER.findall(str(translated.string))):
        return [f"other placeholders: {message.id!r}"]
    return []


def update(language: str, wanted: Catalog) -> None:
    present = read(language)
    present.update(wanted, no_fuzzy_matching=True)
    present.obsolete.clear()
    file = catalogue_file(language)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as stream:
        write_po(stream, present, no_location=True, omit_header=False, sort_output=True, width=110)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sendback_service.text", description=__doc__)
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument(
        "--check", action="store_true", help="exit 1 where a catalogue is incomplete or stale"
    )
    action.add_argument("--update", action="store_true", help="add new sentences, drop those no longer used")
    options = parser.parse_args()
    wanted = sentences()
    translated = [language for language in LANGUAGES if language != SOURCE]
    if options.update:
        for language in translated:
            update(language, wanted)
        return 0
    wrong = [f"{language}: {problem}" for language in translated for problem in problems(language, wanted)]
    print("\n".join(wrong) or f"{len(list(wanted)) - 1} sentences, complete in {', '.join(LANGUAGES)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
