"""The daily report: its figures, who has confirmed them, corrections."""
