"""Networks with their state in plain sight: equations, lanes and weights. No TensorFlow, no file."""
