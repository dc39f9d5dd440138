"""Random text of an alphabet, each letter as likely as any other."""

import os

_PAGE = 1536


class RandomText:
    """Texts of `length` letters, from the system's randomness. They are drawn by the page: each draw would let another
    thread go first. Threads may share one; processes never share what is drawn."""

    def __init__(self, alphabet: str, length: int) -> None:
        self._letters = bytes(ord(alphabet[byte % len(alphabet)]) for byte in range(256))
        self._surplus = bytes(range(256 - 256 % len(alphabet), 256))
        self._length = length
        self._drawn: list[str] = []
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._drawn.clear)

    def draw(self) -> str:
        while True:
            try:
                return self._drawn.pop()
            except IndexError:
                self._drawn += self._page()

    def _page(self) -> list[str]:
        page = os.urandom(_PAGE).translate(self._letters, self._surplus).decode()
        whole = len(page) - len(page) % self._length
        return [page[place : place + self._length] for place in range(0, whole, self._length)]
