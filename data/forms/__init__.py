"""One module a return form; `builtin` lists them, `model` says what a form is."""
