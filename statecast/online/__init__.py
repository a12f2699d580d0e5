"""A forecaster that lives with its series: an observation goes in, the next forecast comes out."""
