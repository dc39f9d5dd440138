"""Every fault that the audit can report, planted by the SQL of its documentation, is found by name and row."""

from service.tests.audit.town import Town
from service.tests.audits import broken


def test_a_healthy_town_has_nothing_to_report(town: Town) -> None:
    assert town.database.look(broken) == []
