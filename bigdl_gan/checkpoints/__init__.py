"""Everything on disk: checkpoints (`checkpoint_files.py` describes them), and saved estimators and models."""

from bigdl_gan.checkpoints.checkpoint_files import (
    FORMAT_VERSION,
    Checkpoint,
    Trained,
    find,
    is_name,
    newest,
    newest_of,
    open_at,
    prune,
    read_state,
    read_trained,
    trained,
    write,
)

__all__ = [
    "FORMAT_VERSION", "Checkpoint", "Trained", "find", "is_name", "newest", "newest_of", "open_at", "prune",
    "read_state", "read_trained", "trained", "write",
]  # fmt: skip
