"""Taking in what offices have: files read safely, columns recognised, rows checked, differences planned, then written in one batch.

The way of a file: readers (and geo.geofiles) → columns, rows, values, places → identity, standing, diffs, misfit → plans → imports.
"""
