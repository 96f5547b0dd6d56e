"""A row's picture to the pixels asked for, in tasks: Pillow, NumPy and pandas alone.

Nothing here imports anything of ours but this folder: `preparation.py` sends its code to executors that lack us."""
