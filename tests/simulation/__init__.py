"""One seed drives everything that can go wrong; an oracle that reads Meta's side alone says what must never be.

`stack` and `schedule` draw what is declared and what happens from a seed, `network` and `disk` are the faults,
`plots` are the schedules that chance alone hardly brings together, `people` what somebody does meanwhile. `oracle` and
`others` hold the invariants, `ending` what is judged after a run, `story` runs one schedule, `naive` is the control,
`planted` the bugs that must be found.
"""
