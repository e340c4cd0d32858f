"""Reads files in other processes: on this machine with limits, or on a Dask cluster."""
