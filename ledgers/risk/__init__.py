"""Risk areas: cases, dated rules, ordered levels, and the shading of areas."""
