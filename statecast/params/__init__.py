"""What params.yaml may say: a module a section, and what reads them."""
