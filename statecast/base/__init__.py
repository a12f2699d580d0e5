"""What every stage needs: params, files, errors and how a stage runs as a command."""
