"""Side-by-side measurements, run by `make bench`. One module per row of the table.

A row says which runs it wants (`runs`), does one of them (`measure`, in a process of its own, on a
fresh copy of a seeded database) and compares their figures with its targets (`judge`).
"""
