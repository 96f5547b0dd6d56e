"""A row's picture to the pixels asked for, in tasks: Pillow, NumPy and pandas alone.

Nothing here imports anything of ours but this folder: its code is sent to executors, which need not have us."""
