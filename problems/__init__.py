"""Two problems beside the root pipeline, each a DVC project of its own."""
