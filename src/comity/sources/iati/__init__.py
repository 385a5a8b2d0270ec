"""IATI: activity and organisation files as publishers send them."""
