"""Plays the scenarios and tells what came of them: a table, languages × scenarios."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.clients.ground import Ground, Player
from tests.clients.hands import Broken, Refused
from tests.clients.languages import LANGUAGES, Missing
from tests.clients.scenarios import ALONE, TOGETHER, Scenario

_DONE = "✓"
SCENARIOS = (*ALONE, *TOGETHER)


@dataclass
class Table:
    """`cells` are by language and scenario: empty where all went well, else what went wrong. `missing` says why a
    language was not tried."""

    cells: dict[tuple[str, str], str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """As JSON, one a cell."""
        return [
            json.dumps({"language": language, "scenario": scenario, "failed": failed}, ensure_ascii=False)
            for (language, scenario), failed in self.cells.items()
        ]

    def __str__(self) -> str:
        names = [language.name for language in LANGUAGES]
        width = max(len(scenario.says) for scenario in SCENARIOS)
        rows = [" ".join([" " * width, *names])]
        for scenario in SCENARIOS:
            marks = [self._mark(name, scenario.says).center(len(name)) for name in names]
            rows.append(" ".join([scenario.says.ljust(width), *marks]))
        failed = [f"{name}: {says}: {why}" for (name, says), why in self.cells.items() if why]
        return "\n".join([*rows, *failed, *self.missing.values()])

    def _mark(self, language: str, scenario: str) -> str:
        failed = self.cells.get((language, scenario))
        return "–" if failed is None else "✗" if failed else _DONE


def played(ground: Ground) -> Table:
    """By all languages that are installed here."""
    table = Table()
    players = []
    for language in LANGUAGES:
        try:
            language.built()
            players.append(ground.player(language.name, language.hand()))
        except Missing as missing:
            table.missing[language.name] = str(missing)
    for scenario in ALONE:
        for player in players:
            table.cells[player.language, scenario.says] = _failure(scenario, player)
    for scenario in TOGETHER:
        _play_together(scenario, players, ground, table)
    return table


def _failure(scenario: Scenario, player: Player) -> str:
    try:
        scenario.play(player)
    except (AssertionError, Refused, Broken, KeyError) as wrong:
        return f"{type(wrong).__name__}: {wrong}"
    return ""


def _play_together(scenario: Scenario, players: Sequence[Player], ground: Ground, table: Table) -> None:
    """Step by step: what a step asks for is done to the ground once all are there."""
    running = {player.language: scenario.play(player) for player in players}
    while running:
        wanted = set()
        for language, steps in list(running.items()):
            try:
                wanted.add(next(steps))
            except (StopIteration, AssertionError, Refused, Broken, KeyError) as end:
                failed = "" if isinstance(end, StopIteration) else f"{type(end).__name__}: {end}"
                table.cells[language, scenario.says] = failed
                del running[language]
        for step in wanted:
            getattr(ground, step)()
