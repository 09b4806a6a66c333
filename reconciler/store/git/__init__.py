"""`state/` shared through a branch of the repository. Git is called as a command, here alone."""
