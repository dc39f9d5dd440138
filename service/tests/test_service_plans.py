"""What growth costs: no call, and no turn of a worker, reads more than a page or two of a table that grows.

A shop lives through a day; what that left is multiplied; then the same shop lives through another day, in which every
RPC is called and every turn of the worker is made. Each statement is carried out once more, and what it reads counted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sendback_service.effects.observers import Observers
from sendback_service.effects.retention import Retention
from sendback_service.effects.sorting import Sorting
from sendback_service.observability.backlog import backlog_in

from service.tests.effects.parties import Catalogue, Reckoning
from service.tests.plans.cost import Cost, costs
from service.tests.plans.day import Day
from service.tests.plans.heard import Ear, Heard, listening
from service.tests.plans.inside import Inside
from service.tests.plans.lives import arrivals, credit, labels, paying, portal, returns
from service.tests.plans.office import erasure, lists, orders_kept, settings, webhooks
from tests.benchmarks.loader import Copies, fill
from tests.rpcs import METHODS

# Two days with a server and a worker, on a crowded machine.
pytestmark = pytest.mark.timeout(900)

COPIES = 1_000
PARTS = (
    *(settings, webhooks, orders_kept, returns, paying, arrivals, labels, portal, credit),
    *(lists, erasure),
)
# A page is 50, a batch of an export 250, a stretch that is looked through 1,000; what is looked at for a retention 500.
MOST_ROWS = 1_600
MOST_STEPS = 40_000
# Who reads more for a reason: the backlog counts up to ten thousand, so that whoever watches need not know more.
LONG = {"worker: backlog"}


@dataclass(frozen=True, slots=True)
class Lived:
    """`passed` are the RPCs that were answered."""

    url: str
    passed: frozenset[str]
    costs: list[tuple[Heard, Cost]]

    @property
    def most(self) -> int:
        return MOST_STEPS if self.url.startswith("sqlite") else MOST_ROWS


_BOTH = [
    pytest.param(name, marks=pytest.mark.xdist_group(f"plans-{name}")) for name in ("sqlite", "postgres")
]


@pytest.fixture(scope="module", params=_BOTH)
def lived(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    url: str = request.getfixturevalue(request.param).migrated()
    with listening() as ear, Inside(tmp_path_factory.mktemp("plans"), url) as world:
        shop = _lived(world, Day(world, "first", lambda _: None)).shop
        fill(url, Copies(COPIES, world.clock.now.timestamp()))
        day = _lived(world, Day(world, "second", lambda who: _ask(ear, who or "worker"), shop))
        _turns(world, ear)
        ear.who = ""
        yield Lived(url, frozenset(day.passed), list(costs(url, ear.different())))


def _ask(ear: Ear, who: str) -> None:
    ear.who = who


def _lived(world: Inside, day: Day) -> Day:
    """With its shop's own books beside."""
    world.stage.books = {"books": day.shop.id}
    world.stage.listed = {"catalogue": day.shop.id}
    world.stage.platforms |= {"books": Reckoning(1), "catalogue": Catalogue()}
    day.pass_by(PARTS)
    world.stage.run(until=timedelta(hours=2), step=timedelta(hours=1))
    return day


def _turns(world: Inside, ear: Ear) -> None:
    """What else a worker does, and what is seen of it."""
    database = world.database
    _ask(ear, "worker: observers")
    Observers(database, lambda _: None).turn()
    for months in (0, 1):
        _ask(ear, "worker: retention")
        Retention(database, months).turn()
    _ask(ear, "worker: deliveries")
    Sorting(database, ()).forget()
    _ask(ear, "worker: backlog")
    database.look(backlog_in)


def test_every_rpc_is_called(lived: Lived) -> None:
    assert set(METHODS) - lived.passed == set(), "call it in service/tests/plans/office.py or lives.py"
    heard = {one.who for one, _ in lived.costs}
    assert {"worker", "worker: observers", "worker: retention", "worker: deliveries"} <= heard


def test_nothing_reads_more_than_a_page_or_two(lived: Lived) -> None:
    assert len(lived.costs) > 500
    for one, cost in lived.costs:
        told = f"{one.who}: {cost.read}\n{one.statement}\n{one.parameters}\n{cost.plan}"
        assert cost.read <= lived.most or one.who in LONG, told


def test_nothing_reads_a_growing_table_from_end_to_end(lived: Lived) -> None:
    for one, cost in lived.costs:
        assert not cost.whole or one.who in LONG, (
            f"{one.who}:\n{one.statement}\n{one.parameters}\n{cost.plan}"
        )


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT id FROM returns WHERE override_note = 'x'",
        "SELECT id FROM event WHERE merchant_id = (SELECT max(merchant_id) FROM warehouse) AND actor = 'x'",
        "SELECT count(*) FROM event WHERE merchant_id = (SELECT max(merchant_id) FROM warehouse)",
    ],
)
def test_what_reads_much_is_noticed(lived: Lived, statement: str) -> None:
    [(_, cost)] = costs(lived.url, [Heard("a test", statement, None)])
    assert cost.read > lived.most or cost.whole
