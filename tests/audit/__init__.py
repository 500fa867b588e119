"""The audit: every number of the demo, and of a real extract, counted again from raw tables by code that shares nothing with the product.

What it may use: a copy of ``ledger.duckdb``, read table by table as plain rows of events (``raw.py``); the arrays of the road network, its
``ways.parquet``, ``region.wkb`` and ``extent.wkb`` (``roads.py``); and independent libraries: networkx, shapely, pyproj. Nothing is taken
from ``geo``, ``queries``, ``ledgers``, ``briefing`` or ``ui``. The product is asked through its command line alone (``asking.py``), as
anybody would; it builds the demo and takes in the extract, too.

Where ``docs/`` defines a figure, the definition there is what is counted: slowly, in plain loops, one question after another.

=====================================  ==========================================================================================
``test_audit_coverage.py``             who is exposed, the status of each settlement, the fewest posts, doubtful joints, unknown km²
``test_audit_report.py``               the daily report, unit by unit, and its chain
``test_audit_risk.py``                 the risk level of each area, since and until when
``test_audit_briefing.py``             the printed numbers of a briefing, alarms, what is due
``test_audit_silence.py``              no calm sentence where nothing was asked
=====================================  ==========================================================================================
"""
