"""What a sheet of a return form says, and the checks it must pass."""
