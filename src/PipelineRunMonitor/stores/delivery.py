"""Posting things to a store until each is accepted or refused for good, within a deadline: whatever they are."""
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from azure_access.deadline import Deadline

from .verdicts import Verdict

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of items, by their index. `refused`: for good, with the reason. `left`: not delivered, and `problem`
    says why and what to do. All others were accepted."""

    refused: Mapping[int, str]
    left: tuple[int, ...]
    problem: str


def deliver(post: Callable[[Sequence[Item]], Verdict], items: Sequence[Item], deadline: Deadline) -> Delivery:
    """Posts the items together, and again those that may still succeed, a few times within the deadline."""
    refused: dict[int, str] = {}
    left = tuple(range(len(items)))
    problem = ""
    for attempt in deadline.attempts():
        verdict = post([items[index] for index in left])
        refused |= {left[index]: reason for index, reason in verdict.refused.items()}
        left, problem = tuple(left[index] for index in verdict.left), verdict.problem
        if verdict.is_unclear and left:
            return _deliver_each(post, items, left, refused, deadline)
        if not left or not verdict.is_transient or not attempt.pause(verdict.wait_seconds):
            break
    return Delivery(refused, left, problem)


def _deliver_each(post: Callable[[Sequence[Item]], Verdict], items: Sequence[Item], indices: Sequence[int],
                  refused: dict[int, str], deadline: Deadline) -> Delivery:
    """One request an item, so that a bad one shows."""
    left, problems = [], set()
    for index in indices:
        one = deliver(post, [items[index]], deadline)
        refused |= {index: reason for reason in one.refused.values()}
        left += [index] * len(one.left)
        problems.add(one.problem)
    return Delivery(refused, tuple(left), "; ".join(sorted(problems - {""})))
