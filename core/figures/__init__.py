"""Adding up: measures, groups, movement. Sums come first, rounding last."""
