"""`model.report`: a page about a trained model, from the model itself, its run's folder and real images."""

from bigdl_gan.model_report.assembling import DEFAULT_METRICS, write_report

__all__ = ["DEFAULT_METRICS", "write_report"]
