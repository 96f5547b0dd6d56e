"""Callbacks observe a training: they are called between chunks of updates and never change it."""

from bigdl_gan.callbacks.base import Callback, Periodic
from bigdl_gan.callbacks.checkpoint_copies import Checkpoint
from bigdl_gan.callbacks.collapse_monitor import CollapseMonitor, CollapseWarning, variety
from bigdl_gan.callbacks.csv_logger import CSVLogger
from bigdl_gan.callbacks.curves import Curves
from bigdl_gan.callbacks.early_stopping import EarlyStopping
from bigdl_gan.callbacks.evaluate import Evaluate
from bigdl_gan.callbacks.mlflow import MLflow
from bigdl_gan.callbacks.progress_bar import ProgressBar
from bigdl_gan.callbacks.sample_gif import GIF
from bigdl_gan.callbacks.sample_grid import SampleGrid
from bigdl_gan.callbacks.tensorboard import TensorBoard
from bigdl_gan.callbacks.training_handle import Training

__all__ = [
    "GIF", "CSVLogger", "Callback", "Checkpoint", "CollapseMonitor", "CollapseWarning", "Curves", "EarlyStopping",
    "Evaluate", "MLflow", "Periodic", "ProgressBar", "SampleGrid", "TensorBoard", "Training", "variety",
]  # fmt: skip
