"""Measurements of comity, beside the limits that bound them."""
