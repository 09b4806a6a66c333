"""Records and locks as files of the repository."""
