"""Units, environment and supplies: checks, disinfection, tips, stocks, measures."""
