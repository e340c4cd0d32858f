"""From workbooks to accepted returns, or to findings that a clerk can act on."""
