"""Databases to measure on: each module has a `seed(env, size)`, run once and kept as a template."""
