"""From sums of measures to the value of an indicator and its verdict against a plan."""
