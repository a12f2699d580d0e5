"""The pipeline's files as types: a module a format, which both writes and reads it."""
