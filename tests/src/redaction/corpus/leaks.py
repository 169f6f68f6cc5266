"""`make leaks`: how much of the corpus is hidden, by kind of secret and by spot. Exit code 1 below the reach.

With --digest it prints a hash of all that is left instead: on each Python, the same texts come out.
"""
import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from redaction.redactor import redact, redact_text

from .kinds import Planted, harmless, planted
from .spots import SPOTS, Spot, is_left

REACH = {"formats, listed": 99.5, "names, strong": 99.5, "names, weak": 99.5, "formats, other": 90.0}
REACH_OF_CONTEXTS = 85.0
KEPT = 95.0


@dataclass(slots=True)
class Figures:
    """How many secrets were planted and hidden in each group, how many leaked in each spot, and examples of leaks."""
    planted: Counter[str] = field(default_factory=Counter)
    hidden: Counter[str] = field(default_factory=Counter)
    leaks_by_spot: Counter[str] = field(default_factory=Counter)
    leaks: list[tuple[str, str, str]] = field(default_factory=list)

    def share(self, group: str) -> float:
        return 100 * self.hidden[group] / self.planted[group]

    def groups_below_reach(self) -> list[str]:
        return [group for group in self.planted if self.share(group) < reach_of(group)]


def reach_of(group: str) -> float:
    return REACH.get(group, REACH_OF_CONTEXTS)


def measure(corpus: Iterable[Planted], spots: Mapping[str, Spot]) -> Figures:
    """Plants each secret in each spot and looks for it in what is left."""
    figures = Figures()
    for item in corpus:
        for spot, plant in spots.items():
            value = plant(item.text)
            before, shown = json.dumps(value, ensure_ascii=False), json.dumps(redact(value), ensure_ascii=False)
            for secret in item.secrets:
                figures.planted[item.group] += 1
                if is_left(secret, shown):
                    figures.leaks_by_spot[spot] += 1
                    figures.leaks.append((f"{item.group} | {item.kind} | {spot}", before, shown))
                else:
                    figures.hidden[item.group] += 1
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.src.redaction.corpus.leaks", description=__doc__)
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print up to N leaks of each kind")
    parser.add_argument("--spot", choices=SPOTS, help="in this spot only")
    parser.add_argument("--digest", action="store_true", help="print a hash of all that is left, to compare Pythons")
    options = parser.parse_args()
    if options.digest:
        print(sys.version.split()[0], digest())
        return 0
    figures = measure(planted(), {options.spot: SPOTS[options.spot]} if options.spot else SPOTS)
    if options.show:
        _print_leaks(figures, options.show)
    print(f"{'kind of secret':32}{'planted':>9}{'hidden':>9}{'%':>8}{'reach':>8}")
    for group, count in figures.planted.items():
        print(f"{group:32}{count:9}{figures.hidden[group]:9}{figures.share(group):8.2f}{reach_of(group):8.1f}")
    print("\nleaks by spot: " + (", ".join(f"{spot} {n}" for spot, n in figures.leaks_by_spot.most_common()) or "none"))
    texts = harmless()
    taken = [text for text in texts if redact(text) != text or redact({"x": text}) != {"x": text}]
    share = 100 * (1 - len(taken) / len(texts))
    print(f"{'harmless values, kept':32}{len(texts):9}{len(texts) - len(taken):9}{share:8.2f}{KEPT:8.1f}")
    for text in taken if options.show else ():
        print(f"TAKEN {text}\n   -> {redact(text)}")
    return int(bool(figures.groups_below_reach()) or share < KEPT)


def digest() -> str:
    """A hash of what redaction leaves of every text of the corpus in every spot."""
    found = hashlib.sha256()
    for item in planted():
        for plant in SPOTS.values():
            found.update(json.dumps(redact(plant(item.text)), sort_keys=True).encode())
    for text in harmless():
        found.update(redact_text(text).encode("utf-8", "surrogatepass"))
    return found.hexdigest()


def _print_leaks(figures: Figures, most: int) -> None:
    shown: Counter[str] = Counter()
    for title, before, after in figures.leaks:
        kind = title.rsplit(" | ", 1)[0]
        shown[kind] += 1
        if shown[kind] <= most:
            print(f"LEAK {title}\n     {before[:300]}\n  -> {after[:300]}")


if __name__ == "__main__":
    sys.exit(main())
