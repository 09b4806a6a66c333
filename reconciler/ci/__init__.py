"""What a CI runs, composed of operations, renderings and what hosts the repository. Prints nothing, exits nowhere.

| module | |
|---|---|
| `plan.py` | tells a pull request what merging it would do |
| `look.py` | whether there is anything to do, and whether this run may |
| `reconcile.py` | brings every account to what the newest main says |
| `command.py` | answers a comment with a pull request |
| `drift.py` | keeps one issue per account with what needs a person |
| `doctor.py` | what the repository's settings keep the others from |
| `annotations.py` | what a plan, or wrong files, say at their lines |
| `reports.py` | where a run tells what it did |
| `outputs.py` | what later steps of a workflow can ask for |
"""
