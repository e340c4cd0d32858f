"""Maps the errors of python-calamine to refusals."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from python_calamine import CalamineError, PasswordError

from loaders.workbook import Unreadable


@contextmanager
def refusing_faults() -> Iterator[None]:
    """Converts an error raised on a damaged or encrypted file into a refusal.

    Raises:
        Unreadable: the file is encrypted or broken.
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
        if type(fault).__name__ != "PanicException":  # a Rust panic; the library exports no class for it
            raise
        raise Unreadable("broken") from None
