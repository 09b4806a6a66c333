"""What hosts the repository: GitHub's REST, and what a CI's environment says of a run.

| module | |
|---|---|
| `environment.py` | the variables and the event file of a run as one plain type, `CiRun` |
| `pull_request.py` | a pull request, as the REST API and webhooks show it |
| `github.py` | a repository: pull requests, permissions, whose token this is |
| `location.py` | which repository at which GitHub a working copy belongs to |
| `settings.py` | what a repository's settings say: environments, rules, secrets by name |
| `comments.py`, `issues.py` | what we write there, one of each subject, known again by a `Marker` (`marker.py`) |
| `rest.py` | one call: retries, rate limits, pages; its session is of `web/` |
| `refusals.py` | what GitHub refused, in words, with the mend |
| `reports.py` | annotations, outputs and summary as GitHub's runner reads them, and files for any other CI |
"""
