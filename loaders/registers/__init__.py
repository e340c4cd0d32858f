"""Registers: organisations (DM, SX), plans (KH), history (LS), tasks (NV)."""
