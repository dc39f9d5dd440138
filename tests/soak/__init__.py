"""Whole lives of many merchants' returns on servers and workers that are killed all the time; then everything is
counted: what clients were told, what the outside did, and what the books say."""
