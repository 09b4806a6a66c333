"""What may be spent a day: one daily equivalent for everything that spends. Pure, in minor units.

A daily budget counts as it is, with its budget schedules at their moments. A lifetime budget counts by the days that
it is for: policies take the whole of it over the days of its run (`whole`), the spend takes what is left of it over the
days that are left, as Meta keeps them: now those that are live, and afterwards what is carried out of the declared. A
campaign's budget counts while one of its ad sets runs, an ad set's while it runs itself, and no campaign for more than
its spend cap.

    resources, objects, changes → parts (`future.py`) → what each campaign may spend when (`timeline.py`) → an account's
    (`account.py`) → on each day, and in all (`over_time.py`)
"""
