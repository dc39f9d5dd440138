"""Speed, as ratios to a bare echo of the same bytes, all measured in one run. `make bench`."""
