"""The rules of the records: timetables, imports, exports, status."""
