"""Forecasts of trained networks, one step or many, at any batch size. NumPy alone."""
