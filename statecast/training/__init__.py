"""Training of all repeats at once. The one place that imports TensorFlow."""
