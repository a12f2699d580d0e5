"""The ground floor: errors, files, sections of params.yaml, and how a stage runs.

It knows no series and no network.
"""
