"""The briefing: what stands at a cut-off as a report whose every number can be followed, and as maps on paper."""
