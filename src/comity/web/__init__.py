"""How it is shown: a Django project that reads one store and keeps nothing of its own.

`pages/` is a shelf: each file offers the pages of one subject as `Page`s. `api/` is one too, of `Part`s of
the programming interface. `facts` holds the open store, `asking` reads what an address asks for, `answers`
keeps finished answers of a generation, and `site` fills in the templates.
"""
