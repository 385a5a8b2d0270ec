"""IATI: a generator of files of any size, and how fast they are read."""
