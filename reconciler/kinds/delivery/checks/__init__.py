"""What can be known to be wrong without asking Meta. Pure."""
