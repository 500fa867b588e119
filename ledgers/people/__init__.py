"""Households and persons: screening, isolation, what is due, the field, privacy."""
