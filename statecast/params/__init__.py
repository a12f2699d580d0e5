"""What params.yaml may say: a module a section."""
