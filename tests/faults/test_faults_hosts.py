"""A worker on another host, and the network between the hosts cut: where the machine lets us make such a host."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sendback_service.store import migrating, opened
from sendback_service.store.tables import ParcelRow

from service.tests.effects.outside import Outside, Workers
from service.tests.effects.world import MERCHANT, PARCEL, STAFF, ask_for_label, begin
from tests.faults import hosts
from tests.faults.postgres import Cluster

# Its peers must have its work by then: noticed by the database, waited for the grace, taken up.
_SECONDS = 30.0


@pytest.fixture
def host() -> Iterator[hosts.Host]:
    with hosts.Host() as made:
        yield made


def test_a_machine_without_hosts_of_its_own_is_known() -> None:
    """Nothing is tried below where nothing can be."""
    assert hosts.can_be_made() in (True, False)
    assert os.geteuid() == 0 or not hosts.can_be_made()


if hosts.can_be_made():

    @pytest.mark.parametrize("carrier", ["safe", "findable"])
    def test_the_work_of_a_host_that_is_cut_off_is_taken_over(
        carrier: str, host: hosts.Host, cluster: Cluster, tmp_path: Path
    ) -> None:
        url = cluster.listening_at(host.near, f"hosts_{carrier}")
        migrating.migrate(url)
        database = opened(url, lambda: datetime.now(UTC))
        database.transact(begin, STAFF)
        outside = Outside(host.near)
        crew = Workers(tmp_path, url, outside, carrier)
        try:
            outside.hold.set()
            far = crew.start("far", host.prefix)
            database.transact(ask_for_label, STAFF)
            crew.wait_for(outside.acted.is_set, "the carrier to act")
            crew.start("near")
            outside.hold.clear()
            host.cut()
            crew.wait_for(lambda: _bought(database), "its peer", _SECONDS)
            assert far.wait(10) == 75
            host.mend()
            assert outside.made["labels"] == 1
        finally:
            crew.close()
            outside.close()
            database.shut()


def _bought(database: object) -> bool:
    return database.look(lambda tx: tx.session.get_one(ParcelRow, (MERCHANT, PARCEL)).label) == "PURCHASED"  # type: ignore[attr-defined]
