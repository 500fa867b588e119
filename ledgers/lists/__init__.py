"""Lists from several sources: whose entries are of one person."""
