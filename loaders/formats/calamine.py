"""How the fast reader's own faults become refusals."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from python_calamine import CalamineError, PasswordError

from loaders.workbook import Unreadable


@contextmanager
def refusing_faults() -> Iterator[None]:
    """Turns what the reader raises on a damaged or locked file into a refusal.

    Raises:
        Unreadable: the file has a password or is broken.
    """
    try:
        yield
    except Unreadable:
        raise
    except PasswordError:
        raise Unreadable("encrypted") from None
    except (CalamineError, LookupError, OSError, ValueError):
        raise Unreadable("broken") from None
    except BaseException as fault:
        if type(fault).__name__ != "PanicException":  # how the reader's own faults arrive; it exports no such class
            raise
        raise Unreadable("broken") from None
