"""What an account has already, as files: read, written in short, compared, labelled, and planned without a change.

    stock → drafts → files that name each object → records → labels → files in short → sync → plan

Each step can be done again: until an object carries our label its file names it by its id, so that a run that is
cut short at any moment leaves nothing that a later apply would make a second time.

`accounts.py` is the operation, `account.py` takes one account through it, with `media.py` for videos and images,
`drafts.py` for texts, `labelling.py` for all that is written, `plain.py` for what stands alone.
"""
