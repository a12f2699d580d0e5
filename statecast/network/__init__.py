"""Networks with their state in plain sight: equations, lanes, weights. No TensorFlow, no file."""
