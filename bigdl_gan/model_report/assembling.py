"""Assembles a model's report: each part from what is there; for what is missing, the reason."""

from datetime import datetime, timezone
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

import numpy as np
from pyspark.sql import SparkSession

from bigdl_gan import images
from bigdl_gan.jvm import driver_files
from bigdl_gan.model_report.evidence import Evidence, measured, need_features
from bigdl_gan.model_report.model_facts import again_of, networks_of, settings_of, versions_of
from bigdl_gan.params.rules import Extractor, Images, Text
from bigdl_gan.params.values import to_integer, to_seed
from bigdl_gan.report import metric_sections, picture_sections
from bigdl_gan.report.definitions import title_of
from bigdl_gan.report.markup import Markup
from bigdl_gan.report.page import Head, LeftOut, page
from bigdl_gan.report.run_folder import Run, read_run
from bigdl_gan.report.setting_sections import Part, networks_section, params_section, versions_section
from bigdl_gan.report.training_sections import throughput, total_rate, training_curves

DEFAULT_METRICS = ("fid", "kid", "precision", "recall", "authenticity")

_SAMPLES, _COLUMNS = 64, 8
_PATHS, _STEPS = 5, 8
_NO_GENERATOR = "The model has no generator. Use a fitted or loaded model."


def write_report(
    model: Any, spark: SparkSession, path: str, *, run: Optional[str], reals: Any, held_out: Any, features: Any,
    metrics: Any, n: int, seed: int, title: str,
) -> None:  # fmt: skip
    """Write the page; `GANModel.report` explains the arguments. Metrics come first: an error of theirs costs least."""
    n, seed = _checked(path, run, title, reals, features, n), to_seed(seed)
    found = read_run(run) if run is not None else None
    networks = networks_of(model)
    evidence = None
    lacking = [name for name, value in (("reals", reals), ("features", features)) if value is None]
    if features is None and not need_features(metrics):
        lacking.remove("features")
    if "generator" in networks and not lacking:
        evidence = measured(model, reals, metrics, features=features, held_out=held_out, n=n, seed=seed)
    versions = versions_of(spark)
    samples, paths = _generated(model, networks.get("generator"), seed)
    parts: List[Part] = [
        training_curves(model.history), _metrics(evidence, lacking), _over_time(found, run), paths,
        _nearest(evidence, n), params_section(settings_of(model)), networks_section(networks),
        throughput(model.history), versions_section(versions),
        again_of(model, networks, _code_after(evidence, n, seed)),
    ]  # fmt: skip
    head = Head(title, _subtitle(model, networks), _facts(model, networks, evidence), samples)
    version = dict(versions).get("bigdl_gan", "")
    made = f"Made by bigdl_gan {version} on {datetime.now(timezone.utc):%Y-%m-%d at %H:%M} UTC."
    driver_files.write(path, page(head, parts, made=made))


def _checked(path: Any, run: Any, title: Any, reals: Any, features: Any, n: Any) -> int:
    """Check the arguments; no Spark job. Returns n. Raises ValueError or TypeError."""
    texts = {"path": path, "title": title, **({} if run is None else {"run": run})}
    for name, text in texts.items():
        if not Text("text").convert(name, text):
            raise ValueError(f"`{name}` must not be empty. Received: {name}=''.")
    if features is not None:
        Extractor().check("features", features)
    if reals is not None:
        Images().check("reals", reals)
    return to_integer("n", n, least=1)


def _generated(model: Any, generator: Optional[Mapping[str, Any]], seed: int) -> Tuple[Markup, Part]:
    """The samples beside the title, and the paths between latents."""
    if generator is None:
        return Markup(), LeftOut(picture_sections.INTERPOLATION, _NO_GENERATOR)
    pixels = images.to_numpy(model.generate(_SAMPLES, seed))
    samples = picture_sections.sample_figure(
        pixels, columns=_COLUMNS, caption=f"model.generate({_SAMPLES}, seed={seed}), not chosen"
    )
    latents = np.random.default_rng(seed % 2**63).standard_normal((_PATHS + 1, generator["inputShape"][0]))
    between = images.to_numpy(model.interpolate(latents, _STEPS))
    return samples, picture_sections.interpolation(between, n_paths=_PATHS, seed=seed % 2**63)


def _metrics(evidence: Optional[Evidence], lacking: Sequence[str]) -> Part:
    if evidence is not None:
        return metric_sections.metrics_section(evidence.results)
    if not lacking:
        return LeftOut(metric_sections.TITLE, _NO_GENERATOR)
    return LeftOut(
        metric_sections.TITLE,
        f"{' and '.join(lacking)} not given. Pass real images as reals=df, and what gives an image its features as "
        "features=extractor.",
    )


def _nearest(evidence: Optional[Evidence], n: int) -> Part:
    if evidence is None:
        return LeftOut(picture_sections.NEAREST, "Needs metrics, as above.")
    if evidence.pairs is None:
        return LeftOut(
            picture_sections.NEAREST,
            "None of the metrics looks for them, or `reals` has statistics instead of images. Pass a DataFrame of the "
            'training images as reals=df, and "authenticity" or "memorization" among the metrics.',
        )
    return picture_sections.nearest_pairs(evidence.pairs, n_measured=n)


def _over_time(found: Optional[Run], run: Optional[str]) -> Part:
    if found is None or run is None:
        reason = "run not given. Pass the folder that callbacks.SampleGrid or callbacks.GIF wrote to as run=folder."
        return LeftOut(picture_sections.OVER_TIME, reason)
    return picture_sections.over_time(found, run)


def _subtitle(model: Any, networks: Mapping[str, Any]) -> str:
    parts = []
    if "generator" in networks:
        channels, height, width = networks["generator"]["outputShape"]
        kind = {1: "grey ", 3: "colour "}.get(channels, "")
        parts.append(f"{kind}images of {height} \u00d7 {width} from {networks['generator']['inputShape'][0]} latents")
    parts.append(f"{model.getLoss()} loss, {model.getUpdateRule()} updates of {model.getBatchSize()} images")
    return f"{model.uid}: {', '.join(parts)}"


def _facts(
    model: Any, networks: Mapping[str, Any], evidence: Optional[Evidence]
) -> List[Tuple[str, str]]:
    last: Mapping[str, Any] = model.history[-1] if model.history else {}
    facts: Dict[str, str] = {}
    for result in list(evidence.results.values())[:2] if evidence is not None else []:
        facts[title_of(result.name)] = f"{result.value:.4g}"
    if last:
        facts["Generator updates"] = f"{model.iteration:,}"
    if "images" in last:
        facts["Real images drawn"] = f"{last['images']:,}"
    if "epoch" in last:
        facts["Epochs"] = f"{last['epoch']:.4g}"
    if "seconds" in last:
        facts["Training time"] = duration(last["seconds"])
    rate = total_rate(model.history)
    if rate:
        facts["Images per second"] = f"{rate:,.0f}"
    if "generator" in networks:
        facts["Generator weights"] = f"{networks['generator']['weights']:,}"
    return list(facts.items())


def duration(seconds: float) -> str:
    """Such as "1 h 5 min", in the two largest units."""
    whole = round(seconds)
    if whole < 60:
        return f"{seconds:.3g} s"
    units = ((whole // 86400, "d"), (whole // 3600 % 24, "h"), (whole // 60 % 60, "min"), (whole % 60, "s"))
    first = next(place for place, (number, _) in enumerate(units) if number)
    return " ".join(f"{number} {unit}" for number, unit in units[first:first + 2] if number)


def _code_after(evidence: Optional[Evidence], n: int, seed: int) -> List[str]:
    lines = [f"samples = model.generate({_SAMPLES}, seed={seed})"]
    if evidence is not None:
        names = list(evidence.results)
        lines += [f'model.report("report.html", reals=reals, features=features, metrics={names!r}, n={n}, seed={seed})']
    return lines
