"""How long the tool takes, beside its peers and beside what the machine could do at best. `make bench` runs it."""
