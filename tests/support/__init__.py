"""Words for tests: a sandbox over HTTP, a repository in a folder, the command."""
