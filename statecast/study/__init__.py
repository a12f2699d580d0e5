"""Studies: many configurations of the pipeline in one process, each a DVC experiment."""
