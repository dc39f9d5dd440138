"""Questions that travel together: the lone one waits for nobody, nobody suffers for others, no answer is lost."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest
from sendback_service.store import convoy as convoys
from sendback_service.store.convoy import Convoy, Traffic


class Road:
    """A database that answers once the gate is open, and remembers who came together."""

    def __init__(self, broken: type[Exception] = KeyError) -> None:
        self.groups: list[list[str]] = []
        self.gate = asyncio.Event()
        self._broken = broken

    async def carry(self, questions: Sequence[str]) -> list[str]:
        self.groups.append(list(questions))
        await self.gate.wait()
        if "bad" in questions:
            raise self._broken("bad")
        return [question.upper() for question in questions]


def staged(story: Callable[[Road], Awaitable[None]]) -> None:
    async def play() -> None:
        async with asyncio.timeout(60):
            await story(Road())

    asyncio.run(play())


def test_who_asks_while_the_roads_are_taken_travels_with_the_next() -> None:
    async def story(road: Road) -> None:
        convoy = Convoy(road.carry, Traffic())
        first = asyncio.create_task(convoy.ask("a"))
        await until(lambda: len(road.groups) == 1)
        second = asyncio.create_task(convoy.ask("b"))
        await until(lambda: len(road.groups) == 2)
        others = [asyncio.create_task(convoy.ask(letter)) for letter in "cdef"]
        await asyncio.sleep(0)
        road.gate.set()
        assert [await task for task in (first, second, *others)] == ["A", "B", "C", "D", "E", "F"]
        assert road.groups == [["a"], ["b"], ["c", "d", "e", "f"]]

    staged(story)


def test_while_one_is_under_way_those_who_ask_gather(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(convoys, "_LONG", 3600)

    async def story(road: Road) -> None:
        convoy = Convoy(road.carry, Traffic())
        first = asyncio.create_task(convoy.ask("a"))
        await until(lambda: len(road.groups) == 1)
        others = [asyncio.create_task(convoy.ask(letter)) for letter in "bcd"]
        await asyncio.sleep(0)
        road.gate.set()
        assert [await task for task in (first, *others)] == ["A", "B", "C", "D"]
        assert road.groups == [["a"], ["b", "c", "d"]]

    staged(story)


def test_company_is_waited_for_where_others_ask_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(convoys, "_FOR_EACH", 3600)
    monkeypatch.setattr(convoys, "_MOMENT", 3600)
    monkeypatch.setattr(convoys, "_ENOUGH", 3)

    async def story(road: Road) -> None:
        road.gate.set()
        traffic = Traffic()
        convoy = Convoy(road.carry, traffic)
        assert [await convoy.ask(letter) for letter in "ab"] == ["A", "B"], "alone: without an hour's wait"
        elsewhere = Road()
        other = asyncio.create_task(Convoy(elsewhere.carry, traffic).ask("elsewhere"))
        await until(lambda: len(elsewhere.groups) == 1)
        waiting = [asyncio.create_task(convoy.ask("c"))]
        await asyncio.sleep(0.01)
        assert len(road.groups) == 2, "another is asked something too, who may come here next"
        waiting += [asyncio.create_task(convoy.ask(letter)) for letter in "de"]
        assert [await task for task in waiting] == ["C", "D", "E"], "three are enough"
        elsewhere.gate.set()
        assert await other == "ELSEWHERE"
        assert traffic.asked == 0

    staged(story)


def test_the_wait_for_company_is_short() -> None:
    async def story(road: Road) -> None:
        road.gate.set()
        traffic = Traffic()
        traffic.asked = 1000
        assert await Convoy(road.carry, traffic).ask("a") == "A"

    staged(story)


def test_who_gives_up_takes_nobody_along() -> None:
    async def story(road: Road) -> None:
        convoy = Convoy(road.carry, Traffic())
        tasks = [asyncio.create_task(convoy.ask(letter)) for letter in "abc"]
        await until(lambda: road.groups == [["a", "b", "c"]])
        tasks[0].cancel()
        tasks[1].cancel()
        road.gate.set()
        assert await tasks[2] == "C"
        assert await convoy.ask("d") == "D", "the next convoy leaves all the same"

    staged(story)


def test_who_gave_up_before_leaving_is_not_asked_for() -> None:
    async def story(road: Road) -> None:
        convoy = Convoy(road.carry, Traffic())
        road.gate.set()
        gone = asyncio.create_task(convoy.ask("gone"))
        stays = asyncio.create_task(convoy.ask("stays"))
        asyncio.get_running_loop().call_soon(gone.cancel)
        assert await stays == "STAYS"
        assert road.groups[-1][-1] == "stays"

    staged(story)


def test_one_bad_question_fails_alone() -> None:
    async def story(road: Road) -> None:
        road.gate.set()
        convoy = Convoy(road.carry, Traffic(), parting=(KeyError,))
        answers = await asyncio.gather(*map(convoy.ask, ["a", "bad", "b"]), return_exceptions=True)
        assert [answers[0], answers[2]] == ["A", "B"]
        assert isinstance(answers[1], KeyError)
        assert road.groups == [["a", "bad", "b"], ["a"], ["bad"], ["b"]]

    staged(story)


def test_a_road_that_is_closed_is_closed_for_all() -> None:
    async def story(_: Road) -> None:
        road = Road(ConnectionError)
        road.gate.set()
        convoy = Convoy(road.carry, Traffic(), parting=(KeyError,))
        answers = await asyncio.gather(*map(convoy.ask, ["a", "bad"]), return_exceptions=True)
        assert all(isinstance(answer, ConnectionError) for answer in answers)
        assert await convoy.ask("later") == "LATER"

    staged(story)


def test_a_convoy_goes_on_in_another_loop() -> None:
    road: list[Sequence[str]] = []

    async def carry(questions: Sequence[str]) -> Sequence[str]:
        road.append(questions)
        if questions[0] == "never":
            await asyncio.Event().wait()
        return questions

    convoy = Convoy(carry, Traffic())

    async def left_behind() -> None:
        task = asyncio.create_task(convoy.ask("never"))
        await asyncio.sleep(0)
        task.cancel()

    asyncio.run(left_behind())
    assert asyncio.run(asyncio.wait_for(convoy.ask("again"), 60)) == "again"


async def until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0)


@pytest.mark.parametrize("count", [1, 64, 65, 300])
def test_any_number_is_answered_in_order(count: int) -> None:
    async def story(road: Road) -> None:
        road.gate.set()
        convoy = Convoy(road.carry, Traffic())
        asked = [f"q{n}" for n in range(count)]
        assert await asyncio.gather(*map(convoy.ask, asked)) == [q.upper() for q in asked]
        assert max(map(len, road.groups)) <= 64

    staged(story)
