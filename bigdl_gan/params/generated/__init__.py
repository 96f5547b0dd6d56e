"""Code that `make generate` writes from `gan_table` and from the core's losses."""
