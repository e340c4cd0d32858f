"""Tasks for workers; in a module of their own, so that workers need not import the tests."""

from __future__ import annotations

import os
import time


def double(number: int) -> int:
    return 2 * number


def process(number: int) -> int:
    return os.getpid()


def work_without_end(number: int) -> int:
    while True:
        number += 1


def wait_without_end(number: int) -> int:
    time.sleep(1000)
    return number


def take_a_gigabyte(number: int) -> int:
    return len(bytearray(1_000_000_000))


def take_what_is_allowed(number: int) -> int:
    return len(bytearray(200_000_000))


def end_the_process(number: int) -> int:
    os.abort()


def stumble(number: int) -> int:
    raise KeyError("Nguyễn Văn A")


def misbehave_at_three(number: int) -> int:
    return end_the_process(number) if number == 3 else number
