"""One module a file format: each turns a ``Briefing`` into bytes."""
