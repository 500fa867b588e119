"""The four parts of a report, each a function of a page that returns its paragraphs."""
