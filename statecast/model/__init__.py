"""Networks with their state in plain sight: lanes, forecasts, another batch size. No TensorFlow."""
