"""The best forecast of one series from its file alone."""
