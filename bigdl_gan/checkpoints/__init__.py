"""Everything on disk: checkpoints (`checkpoint_files.py` describes them), and saved estimators and models."""

from bigdl_gan.checkpoints.checkpoint_files import (
    FORMAT_VERSION,
    Checkpoint,
    find,
    is_name,
    newest,
    open_at,
    prune,
    read_networks,
    read_state,
    write,
)

__all__ = [
    "FORMAT_VERSION", "Checkpoint", "find", "is_name", "newest", "open_at", "prune", "read_networks", "read_state",
    "write",
]  # fmt: skip
