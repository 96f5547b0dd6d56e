"""Code that `make generate` writes from `gan_table`."""
