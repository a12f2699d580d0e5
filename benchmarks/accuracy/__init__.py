"""How good the forecasts are beside published ones: make m3."""
