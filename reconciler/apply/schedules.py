"""Budget schedules are objects of their own: what sends a change of them, and what the answers prove together.

What ends goes first, with the object's other fields; only where all of that was done follows what is changed or made.
So there is never more than declared, and two never meet in time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from reconciler.kinds.budget_schedules import EDGE, Steps
from reconciler.meta.answers import Answer, new_id, taken
from reconciler.meta.request import Part
from reconciler.model.errors import STOPPING, GraphError, NotFound, Unavailable

NO_STEPS = Steps()
DONE = {"success": True}


def ending(steps: Steps) -> Iterator[Part]:
    return (Part("DELETE", one) for one in steps.ended)


def following(object_id: str, steps: Steps) -> Iterator[Part]:
    changed = (Part("POST", one, row) for one, row in steps.changed)
    return chain(changed, (Part("POST", f"{object_id}/{EDGE}", row) for row in steps.made))


def proved(part: Part, answer: Answer) -> Answer:
    """Whoever has deleted one before has done what was to be done."""
    if part.method == "DELETE" and isinstance(answer, NotFound):
        return DONE
    if isinstance(answer, GraphError) or not part.path.endswith(f"/{EDGE}"):
        return taken(answer)
    try:
        new_id(answer)
    except Unavailable as error:
        return error
    return DONE


def failed(answers: Iterable[Answer]) -> bool:
    return any(isinstance(one, GraphError) for one in answers)


def together(answers: Sequence[Answer]) -> tuple[Answer, bool]:
    """The one answer of all, and whether something of it was done though that is an error."""
    errors = [one for one in answers if isinstance(one, GraphError)]
    if not errors:
        return DONE, False
    telling = (e for type_ in (STOPPING, Unavailable, GraphError) for e in errors if isinstance(e, type_))
    return next(telling), len(errors) < len(answers)
