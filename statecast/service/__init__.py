"""Forecasts over HTTP: observations come in, are journalled, and are answered by forecasts."""
