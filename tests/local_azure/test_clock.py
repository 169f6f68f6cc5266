"""The clocks: the speeded-up wall's, and the one that a test moves."""
import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest

from local_azure.clock import ManualClock, ScaledClock


def test_a_scaled_clock_waits_a_fraction_of_the_time():
    clock = ScaledClock(speed=1000)
    started_at, started_seconds = clock.now(), time.monotonic()
    asyncio.run(clock.sleep(10))
    assert time.monotonic() - started_seconds < 5
    assert clock.now() - started_at >= timedelta(seconds=9.9)


def test_a_scaled_clock_starts_at_the_present():
    assert abs(ScaledClock().now() - datetime.now(UTC)) < timedelta(seconds=5)


@pytest.mark.parametrize("speed", [0, -1])
def test_a_speed_that_is_not_positive_is_refused(speed):
    with pytest.raises(ValueError, match="speed"):
        ScaledClock(speed)


def test_a_manual_clock_stands_still_until_it_is_moved():
    clock = ManualClock(datetime(2024, 5, 6, tzinfo=UTC))
    assert clock.now() == datetime(2024, 5, 6, tzinfo=UTC)
    clock.advance(90)
    assert clock.now() == datetime(2024, 5, 6, 0, 1, 30, tzinfo=UTC)


def test_sleepers_wake_in_the_order_of_their_time():
    async def scenario():
        clock, woken = ManualClock(), []

        async def sleep(seconds):
            await clock.sleep(seconds)
            woken.append(seconds)

        tasks = [asyncio.create_task(sleep(seconds)) for seconds in (30, 10, 20, 40)]
        await asyncio.sleep(0)
        assert clock.sleeping == 4
        clock.advance(9)
        await asyncio.sleep(0)
        assert woken == []
        clock.advance(21)
        await asyncio.gather(*tasks[:3])
        assert clock.sleeping == 1
        tasks[3].cancel()
        return woken

    assert asyncio.run(scenario()) == [10, 20, 30]


def test_a_cancelled_sleeper_is_forgotten():
    async def scenario():
        clock = ManualClock()
        task = asyncio.create_task(clock.sleep(10))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        assert clock.sleeping == 0
        clock.advance(10)

    asyncio.run(scenario())


def test_a_wait_of_no_time_needs_no_advance():
    asyncio.run(asyncio.wait_for(ManualClock().sleep(0), timeout=60))
