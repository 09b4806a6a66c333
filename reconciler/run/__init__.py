"""The operations that every door calls: the command line now, whatever else later. One file an operation.

Each takes a `Request`, and a subscriber that is told how the work goes on (`events.py`); it returns plain results
(`results.py`), raises a `ReconcilerError` where nothing could be done, and lets go of every account that it has opened
(`session.py`), also where it is interrupted. None of them prints, exits or asks.

| operation | does |
|---|---|
| `plan.plan` | says what apply would do |
| `apply.apply` | does it, or what a plan file shows |
| `look.look`, `reconcile.reconcile` | whether there is anything to do; brings every account to what the files say |
| `activate.activate` | does the status changes whose time has come |
| `sync.sync`, `drift.drift` | bring state/ up to date; tell what was changed outside |
| `validate.validate`, `schedule.schedule` | check the files; say what will start and stop; offline |
| `export_sheet.export_sheet`, `import_sheet.import_sheet` | campaigns as a sheet, and a sheet as files; offline |
| `import_legacy.import_legacy` | an older tool's campaigns as files; offline |
| `show.show`, `doctor.doctor` | look at one resource; at what a first apply needs |
| `pause.pause`, `forget.forget` | stop now; let go of an object |
"""
