"""The pipeline's files as types: each module writes and reads one format."""
