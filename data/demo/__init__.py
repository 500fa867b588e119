"""The demo: a township and a city, made by our own code from a seed."""
