"""What is said in both catalogues is said in the same words: the portal's come first, in the console too."""

import pytest
from babel.messages.catalog import Catalog
from sendback_web import catalogues


@pytest.mark.parametrize("language", ["fr", "es", "de"])
def test_no_sentence_is_said_in_two_ways(language: str) -> None:
    assert catalogues.contradictions(language) == []


def test_a_sentence_that_is_said_in_two_ways_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(domain: str, language: str) -> Catalog:
        made = Catalog(locale=language)
        made.add("items", "der Artikel" if domain == "portal" else "Artikel")
        made.add("Refund", "Erstattung")
        return made

    monkeypatch.setattr(catalogues, "read", read)
    assert catalogues.contradictions("de") == ["de: said in two ways: 'items'"]
