"""`python -m sendback_web.catalogues --check` says whether the catalogues are complete; `--update` adds what is new."""

import argparse
import re
import sys
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from sendback_web.words import DOMAINS, LANGUAGES, SOURCE, catalogue_file

_HERE = Path(__file__).parent
_METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2.ext:babel_extract")]
_OPTIONS: dict[str, dict[str, Any]] = {
    "**/templates/**.html": {"newstyle_gettext": "true", "silent": "false"}
}
_KEYWORDS: dict[str, Any] = {"N_": None, "say": None, "_": None, "gettext": None, "ngettext": (1, 2)}
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")
# A catalogue holds what stands in its own folder; the portal's, what stands in no other's.
_FOLDER = {"console": "console/"}


def sentences(domain: str) -> Catalog:
    """Every sentence of a domain that stands in the code and the templates."""
    catalogue = Catalog(project="Sendback", charset="utf-8")
    found = extract_from_dir(str(_HERE), _METHODS, options_map=_OPTIONS, keywords=_KEYWORDS, comment_tags=())
    for file, _line, sentence, _comments, context in found:
        if _domain_of(file) == domain:
            catalogue.add(sentence, locations=[(file, 0)], context=context)
    return catalogue


def _domain_of(file: str) -> str:
    return next((domain for domain, folder in _FOLDER.items() if file.startswith(folder)), DOMAINS[0])


def read(domain: str, language: str) -> Catalog:
    file = catalogue_file(domain, language)
    if not file.exists():
        return Catalog(locale=language, project="Sendback", charset="utf-8")
    with file.open("rb") as stream:
        return read_po(stream, locale=language)


def problems(domain: str, language: str, wanted: Catalog) -> list[str]:
    """What keeps a catalogue from being complete and current."""
    present = read(domain, language)
    found = [f"no longer used: {m.id!r}" for m in present if m.id and wanted.get(m.id) is None]
    found += [f"obsolete: {message_id!r}" for message_id in present.obsolete]
    for message in wanted:
        if message.id:
            found += _message_problems(message, present.get(message.id))
    return [f"{domain}, {language}: {problem}" for problem in found]


def _message_problems(message: Message, translated: Message | None) -> list[str]:
    if translated is None or not all(_strings(translated.string)):
        return [f"not translated: {message.id!r}"]
    if translated.fuzzy:
        return [f"fuzzy: {message.id!r}"]
    wanted = set(_PLACEHOLDER.findall(" ".join(_strings(message.id))))
    if any(
        wanted != set(_PLACEHOLDER.findall(string)) | (wanted & {"num"})
        for string in _strings(translated.string)
    ):
        return [f"other placeholders: {message.id!r}"]
    return []


def _strings(text: Any) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def contradictions(language: str) -> list[str]:
    """Sentences that two catalogues have in different words: the first one's would stand in the other's pages."""
    first, *others = ({m.id: m.string for m in read(domain, language) if m.id} for domain in DOMAINS)
    return [
        f"{language}: said in two ways: {sentence!r}"
        for other in others
        for sentence in first.keys() & other.keys()
        if first[sentence] != other[sentence]
    ]


def update(domain: str, language: str, wanted: Catalog) -> None:
    present = read(domain, language)
    present.update(wanted, no_fuzzy_matching=True)
    present.obsolete.clear()
    file = catalogue_file(domain, language)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as stream:
        write_po(stream, present, no_location=True, omit_header=False, sort_output=True, width=110)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sendback_web.catalogues", description=__doc__)
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--check", action="store_true", help="exit 1 where one is incomplete or stale")
    action.add_argument("--update", action="store_true", help="add new sentences, drop those no longer used")
    options = parser.parse_args()
    wanted = {domain: sentences(domain) for domain in DOMAINS}
    pairs = [(domain, language) for domain in DOMAINS for language in LANGUAGES if language != SOURCE]
    if options.update:
        for domain, language in pairs:
            update(domain, language, wanted[domain])
        return 0
    wrong = [problem for domain, language in pairs for problem in problems(domain, language, wanted[domain])]
    wrong += [problem for language in LANGUAGES if language != SOURCE for problem in contradictions(language)]
    count = sum(len(catalogue) for catalogue in wanted.values())
    print("\n".join(wrong) or f"web: {count} sentences, complete in {', '.join(LANGUAGES)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
