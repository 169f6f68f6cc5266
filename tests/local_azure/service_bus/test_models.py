"""A queue's promises, at times that the tests set."""
import asyncio

import pytest

from local_azure.clock import ManualClock
from local_azure.service_bus.models import LockLostError, Message, Namespace, Queue, QueueSettings


@pytest.fixture
def clock():
    return ManualClock()


def open_queue(clock, **settings):
    return Queue(QueueSettings("orders", **{"lock_seconds": 60, **settings}), clock)


def send(queue, *ids):
    for message_id in ids:
        queue.send(Message(b"body", message_id))


def lock(queue):
    """The id and delivery count of the next message, and its lock."""
    locked = queue.lock_next()
    return (locked.message.message_id, locked.delivery_count), (str(locked.sequence_number), locked.lock_token)


def test_messages_come_in_their_order_each_to_one_receiver(clock):
    queue = open_queue(clock)
    send(queue, "a", "b")
    assert (lock(queue)[0], lock(queue)[0], queue.lock_next()) == (("a", 1), ("b", 1), None)


def test_a_completed_message_is_gone(clock):
    queue = open_queue(clock)
    send(queue, "a")
    _, held = lock(queue)
    queue.complete(*held)
    clock.advance(3600)
    assert (queue.lock_next(), len(queue)) == (None, 0)
    with pytest.raises(LockLostError):
        queue.complete(*held)


def test_an_abandoned_message_is_the_next_at_once_and_counted(clock):
    queue = open_queue(clock)
    send(queue, "a", "b")
    _, held = lock(queue)
    queue.abandon(*held)
    assert lock(queue)[0] == ("a", 2)


def test_a_lock_runs_out_and_is_then_worth_nothing(clock):
    queue = open_queue(clock)
    send(queue, "a")
    _, held = lock(queue)
    clock.advance(59)
    assert queue.lock_next() is None
    clock.advance(1)
    assert lock(queue)[0] == ("a", 2)
    for settle in (queue.complete, queue.abandon, queue.renew):
        with pytest.raises(LockLostError):
            settle(*held)


def test_a_renewed_lock_lasts_from_then_on(clock):
    queue = open_queue(clock)
    send(queue, "a")
    _, held = lock(queue)
    clock.advance(40)
    queue.renew(*held)
    clock.advance(40)
    assert queue.lock_next() is None
    queue.complete(*held)


def test_a_message_is_named_by_its_id_too_but_only_by_its_own(clock):
    queue = open_queue(clock)
    send(queue, "a", "b")
    _, (_, token) = lock(queue)
    with pytest.raises(LockLostError):
        queue.complete("b", token)
    queue.complete("a", token)


@pytest.mark.parametrize("give_up", ["abandon", "time"])
def test_a_message_that_was_delivered_too_often_is_a_dead_letter(clock, give_up):
    queue = open_queue(clock, max_delivery_count=2)
    send(queue, "a")
    for _ in range(2):
        _, held = lock(queue)
        if give_up == "abandon":
            queue.abandon(*held)
        else:
            clock.advance(60)
    dead = queue.dead_letters.lock_next()
    assert dead.message.properties == {
        "DeadLetterReason": "MaxDeliveryCountExceeded",
        "DeadLetterErrorDescription": "Message could not be consumed after 2 delivery attempts."}
    assert queue.lock_next() is None


def test_a_dead_letter_stays_one_however_often_it_is_delivered(clock):
    queue = open_queue(clock, max_delivery_count=1)
    send(queue, "a")
    queue.abandon(*lock(queue)[1])
    for _ in range(12):
        queue.dead_letters.abandon(*lock(queue.dead_letters)[1])
    assert len(queue.dead_letters) == 1


def test_a_repeated_id_is_dropped_where_duplicates_are_detected_and_only_for_so_long(clock):
    queue, other = open_queue(clock, duplicate_detection_seconds=600), open_queue(clock)
    for each in (queue, other):
        send(each, "a", "b", "a")
    assert (len(queue), len(other)) == (2, 3)
    queue.complete(*lock(queue)[1])
    clock.advance(599)
    send(queue, "a")
    assert len(queue) == 1
    clock.advance(1)
    send(queue, "a")
    assert len(queue) == 2


def test_whoever_waits_is_woken_by_a_message(clock):
    queue = open_queue(clock)

    async def wait_and_look():
        waiting = asyncio.create_task(queue.wait(600))
        await asyncio.sleep(0)
        send(queue, "a")
        await waiting
        return queue.lock_next()

    assert asyncio.run(wait_and_look()).message.message_id == "a"


def test_whoever_waits_waits_no_longer_than_the_locks_last(clock):
    queue = open_queue(clock, lock_seconds=0)
    send(queue, "a")
    lock(queue)
    asyncio.run(queue.wait(600))
    assert lock(queue)[0] == ("a", 2)


def test_queues_are_found_by_their_paths(clock):
    namespace = Namespace([QueueSettings("Orders")], clock)
    queue = namespace.find("orders")
    assert namespace.find("ORDERS/$DeadLetterQueue") is queue.dead_letters
    assert namespace.find("bills") is namespace.find("orders/other") is None
