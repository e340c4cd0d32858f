"""Ingest: from workbooks to accepted returns, or to findings that the sender can act on."""
