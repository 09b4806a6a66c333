"""Every mend that the tool can give for a user's files, followed: none may lead to another refusal."""
