"""What lives at Meta, read and turned into our vocabulary. Reads only."""
