"""What is remembered between runs: a protocol for each thing, and `files/`, which keeps them in the repository."""
