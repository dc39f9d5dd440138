from dataclasses import dataclass

def exponent(currency: str) -> int: ...

@dataclass(frozen=True, slots=True)
class Money:
    minor: int
    currency: str
    def __post_init__(self) -> None: ...
    def decimal(self) -> str: ...
