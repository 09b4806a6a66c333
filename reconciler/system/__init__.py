"""What the machine gives: time, signals, and what operating systems do not have in common."""
