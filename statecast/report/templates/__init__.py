"""The Vega-Lite templates of ``dvc plots`` and of the report, as they are written to .dvc/plots."""
