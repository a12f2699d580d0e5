"""One page with everything that the pipeline found: tables, charts and the page around them."""
