"""Maps on paper, without a browser: what a sheet shows (``content``, ``themes``), and how it is drawn."""
