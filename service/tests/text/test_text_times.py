"""The moment of a withdrawal, as its buyer reads it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sendback_service.text.times import moment_text
from sendback_service.text.words import words

WINTER, SUMMER = datetime(2026, 11, 20, 12, 5, 9, tzinfo=UTC), datetime(2026, 7, 20, 12, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "zone", "moment", "reads"),
    [
        ("fr", "Europe/Paris", WINTER, "20 novembre 2026 à 13:05:09 UTC+1"),
        ("fr", "Europe/Paris", SUMMER, "20 juillet 2026 à 14:05:09 UTC+2"),
        ("fr", "Europe/Lisbon", WINTER, "20 novembre 2026 à 12:05:09 UTC"),
        ("fr", "Asia/Kolkata", WINTER, "20 novembre 2026 à 17:35:09 UTC+5:30"),
        ("de", "Europe/Berlin", WINTER, "20. November 2026 um 13:05:09 MEZ"),
        ("de", "America/New_York", WINTER, "20. November 2026 um 07:05:09 UTC-5"),
        ("de", "Europe/London", WINTER, "20. November 2026 um 12:05:09 UTC"),
        ("es", "Europe/Madrid", SUMMER, "20 de julio de 2026 a las 14:05:09 CEST"),
        ("en", "Europe/London", SUMMER, "20 July 2026 at 13:05:09 BST"),
    ],
)
def test_a_moment_names_its_zone_as_its_reader_knows_it(
    language: str, zone: str, moment: datetime, reads: str
) -> None:
    assert moment_text(moment, ZoneInfo(zone), words(language)) == reads
