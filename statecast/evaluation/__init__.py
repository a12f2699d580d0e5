"""Walk-forward forecasts on the original scale, and what they are worth."""
