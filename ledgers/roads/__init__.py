"""What the roads leave open: coverage and its proof, planning on the map."""
