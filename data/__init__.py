"""What the product ships as data."""
