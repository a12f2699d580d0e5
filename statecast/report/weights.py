"""The weights of networks as a table for readers."""

from statecast.network.ensemble import Ensemble
from statecast.network.network import GATE_ORDER, Network, weight_shapes

HEAD = ("name", "shape", "columns")


def weights_table(ensemble: Ensemble) -> str:
    """Return name, shape and columns of each weight of one network, as lines of text."""
    network = ensemble.network
    rows = [HEAD]
    for name, shape in weight_shapes(network):
        rows.append((name, " x ".join(map(str, shape)), columns_of(name, network)))
    names = max(len(name) for name, _, _ in rows)
    shapes = max(len(shape) for _, shape, _ in rows)
    lines = [f"{name:<{names}}  {shape:<{shapes}}  {columns}" for name, shape, columns in rows]
    count = len(ensemble.keys)
    return "\n".join([f"{count} networks, of each:", *map(str.rstrip, lines)])


def columns_of(name: str, network: Network) -> str:
    """Return what the columns of a weight are: its gates, each as wide as the layer has units."""
    gates = GATE_ORDER.get(network.cell)
    cell, _, rest = name.partition("_")
    if gates is None or cell != network.cell:
        return ""
    units = network.units[int(rest.partition("_")[0])]
    return f"{', '.join(gates)}: {units} each"
