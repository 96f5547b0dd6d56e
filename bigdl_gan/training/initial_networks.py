"""The networks that a training begins with: the user's own, or those of `initialModel`."""

import re
from typing import Any, Dict, List, Tuple

from bigdl_gan.jvm import bridge
from bigdl_gan.params.gan_params import GANParams
from bigdl_gan.params.plan import ROLES


def networks_of(params: GANParams) -> Dict[str, Any]:
    """Both networks by role, with the weights to begin with; no Spark job. The given ones are not changed.

    Raises:
        ValueError: `initialModel` lacks a network, or has other layers than the network that is set beside it."""
    if not params.isDefined("initialModel"):
        return {role: params.getOrDefault(role) for role in ROLES}
    return {
        role: _with_weights(role, params.getOrDefault(role), network) if params.isDefined(role) else network
        for role, network in params.getInitialModel().raw_networks().items()
    }


def _with_weights(role: str, given: Any, trained: Any) -> Any:
    """A copy of a network with the weights and running statistics of another one, which has the same layers."""
    ours, theirs = (_weighted(network, role) for network in (given, trained))
    for number, (own, other) in enumerate(zip([*ours, _END], [*theirs, _END]), start=1):
        if own != other:
            raise ValueError(
                f"`initialModel` must have the layers of `{role}`, or `{role}` must be unset. Received: of the layers "
                f"with weights, number {number} is {_text(other)} in the model, and {_text(own)} in `{role}`."
            )
    copied = bridge.clone_network(given)
    bridge.call("copyNetwork", trained.value, copied.value)
    return copied


_Layer = Tuple[str, Tuple[int, ...], int]
_END: _Layer = ("", (), 0)


def _weighted(network: Any, role: str) -> List[_Layer]:
    """Kind, output shape and number of weights of each layer that has some."""
    layers = bridge.call_json("describeNetwork", network.value, role)["layers"]
    return [(re.split("[( ]", layer["kind"])[0], tuple(layer["shape"]), layer["weights"]) for layer in layers
            if layer["weights"]]  # fmt: skip


def _text(layer: _Layer) -> str:
    kind, shape, weights = layer
    return f"{kind}, output shape {shape}, {weights} weights" if kind else "missing"
