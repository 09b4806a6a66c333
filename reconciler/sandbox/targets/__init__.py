"""What can be targeted: places, languages, interests; and how many people that makes.

Documented: the types of ``/search`` and the shape of each answer. Recorded: an upper bound is its lower bound divided
by 0.85. Guessed: every size. The data are a small selection; what is not in it is not found, which is Graph's own
answer to a word it does not know. Ids and keys from Meta's documentation are Meta's, the others are the sandbox's own.
"""
