"""Records, plans, leases and limits as files of the repository."""
