"""What the stages do, values in and values out: a module a stage. Files are the stages' own."""
