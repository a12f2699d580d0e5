"""Stateful LSTMs on time series: many repeats at once, any batch size, honest evaluation."""
