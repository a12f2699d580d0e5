"""What several tests need: a project in a folder, a repository, Keras as the oracle, a browser."""
