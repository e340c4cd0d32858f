"""The indicators, declared one subject a module; `builtin` lists them."""
