"""Every fault that the audit can report, planted by the SQL of its documentation, is found by name and row."""

from datetime import timedelta

import pytest
from sendback_service.audit import CHECKS, Finding, Patience
from sendback_service.store.tables import SQLModel
from sendback_service.store.transaction import Author, Transaction
from sqlmodel import text

from service.tests.audit.plants import Plant, plants
from service.tests.audit.town import Town
from service.tests.audits import broken

PLANTS = plants()
USUAL = Patience(timedelta(minutes=1), timedelta(minutes=10))
COLUMNS = {
    f"{table.name}.{column.name}" for table in SQLModel.metadata.sorted_tables for column in table.columns
}


class _Undone(Exception):
    """Rolls a plant back."""


def test_a_healthy_town_has_nothing_to_report(town: Town) -> None:
    assert town.database.look(broken) == []


def planted(town: Town, *statements: str) -> list[Finding]:
    """What is found once these were carried out; then they are undone."""
    found = []

    def work(tx: Transaction) -> None:
        for statement in statements:
            changed = tx.session.connection().execute(text(statement.replace(":", r"\:")))
            assert statement.startswith("DROP") or changed.rowcount > 0, statement
        found.extend(broken(tx, patience=USUAL))
        raise _Undone

    with pytest.raises(_Undone):
        town.database.transact(work, Author("rpc", "saboteur"))
    return found


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.name)
def test_a_planted_fault_is_found_by_name_and_row(town: Town, plant: Plant) -> None:
    statements, row = plant.filled(town.names)
    found = planted(town, *statements)
    assert {finding.name for finding in found} == {plant.name, *plant.brings}
    assert row in [finding.row for finding in found if finding.name == plant.name]


@pytest.mark.parametrize(("life", "goods"), [("withdrawn", 1500), ("midway", 1499), ("midway", 6001)])
def test_goods_are_worth_what_was_found_or_all_of_it_by_the_terms_that_bind_them(
    town: Town, life: str, goods: int
) -> None:
    paid = f"UPDATE settlement SET goods_minor = {goods} WHERE return_id = '{town.names[life]}'"
    assert [finding.name for finding in planted(town, paid)] == ["settlement_worth_wrong"]


def test_the_documentation_names_every_finding_as_the_code_does() -> None:
    assert [(plant.name, plant.about, plant.mend) for plant in PLANTS] == [
        (check.name, check.about, check.mend) for check in CHECKS
    ]


def test_the_columns_that_the_documentation_names_are_there() -> None:
    named = {column for plant in PLANTS for column in plant.reads if plant.name != "index_missing"}
    assert named - COLUMNS == set()
