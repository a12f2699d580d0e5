"""What each extension of the plain configuration changes: its error, and how fast it learns."""
