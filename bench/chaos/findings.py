"""The table at the end."""

from collections.abc import Collection

SHOWN = 5


class Findings:
    def __init__(self) -> None:
        self._lines: list[str] = []
        self.bad = 0

    def tell(self, name: str, text: str) -> None:
        self._lines.append(f"  {name:<52} {text}")

    def count(self, name: str, found: Collection[object]) -> None:
        """A count that must be 0; what is in it is shown."""
        self.bad += len(found)
        self._lines.append(f"{'!' if found else ' '} {name:<52} {len(found)}")
        self._lines += [f"      {one}"[:600] for one in list(found)[:SHOWN]]

    def print(self) -> None:
        print("\n".join(self._lines))
        print(f"\n{'NOTHING LOST, NOTHING DOUBLED' if not self.bad else f'{self.bad} FINDINGS'}", flush=True)
