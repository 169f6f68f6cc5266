"""The graph of a pipeline: which step waits for which, and what a step runs with.

A graph is kept as the SDK sends it: `ModuleNodes` are the steps, `Edges` lead from an output of one to an input of
another, or from data that is no step's.
"""
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_DATA_REFERENCE = "AZUREML_DATAREFERENCE_"
_OF_THE_PIPELINE = "1"  # the value type of a step's parameter whose value is a parameter of the pipeline

Output = tuple[str, str]
"""A node and its output port."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a node runs with: data goes by the variables and arguments of `environment` and `arguments`."""

    name: str
    script: str
    arguments: Sequence[str]
    target: str
    snapshot_id: str
    environment: Mapping[str, str]
    parameters: Mapping[str, str | None]
    inputs: Mapping[str, str]

    @property
    def reuse_key(self) -> str:
        """Two steps of a module with the same key do the same."""
        return json.dumps([self.parameters, self.inputs, self.target], sort_keys=True)


@dataclass(frozen=True, slots=True)
class Graph:

    entity: Mapping[str, Any]

    @property
    def nodes(self) -> dict[str, Mapping[str, Any]]:
        """The steps, by the ids of their nodes."""
        return {node["Id"]: node for node in self.entity.get("ModuleNodes") or ()}

    def upstream(self, node_id: str) -> set[str]:
        """The steps that a step waits for."""
        return {source["NodeId"] for _, source in self._edges_to(node_id)} & set(self.nodes)

    def step(self, node_id: str, module: Mapping[str, Any], given: Mapping[str, str | None],
             made: Mapping[Output, Path]) -> Step:
        """`given` are the pipeline's parameters, `made` the paths of all outputs, the node's own included."""
        node, interface = self.nodes[node_id], module["StructuredInterface"]
        values = {one["Name"]: given.get(one["Value"]) if one["ValueType"] == _OF_THE_PIPELINE else one.get("Value")
                  for one in node.get("ModuleParameters") or ()}
        names = {port["Name"]: port.get("DataReferenceName") or port["Name"]
                 for port in (*interface["Inputs"], *interface["Outputs"])}
        inputs = {names[port]: str(made[source["NodeId"], source["PortName"]])
                  for port, source in self._edges_to(node_id) if (source["NodeId"], source["PortName"]) in made}
        outputs = {names[port["Name"]]: str(made[node_id, port["Name"]])
                   for port in interface["Outputs"] if (node_id, port["Name"]) in made}
        variables = {one["EnvironmentVariableOverride"] or one["Name"]: str(values[one["Name"]])
                     for one in interface["Parameters"]
                     if one.get("SetEnvironmentVariable") and values.get(one["Name"]) is not None}
        return Step(
            str(module["Name"]), str(values.get("Script") or ""), _arguments(interface, values, names),
            str(values.get("Target") or ""), str(module["StorageId"]),
            {**variables, **{_DATA_REFERENCE + name: path for name, path in {**inputs, **outputs}.items()}},
            values, inputs)

    def _edges_to(self, node_id: str) -> list[tuple[str, Mapping[str, Any]]]:
        """The input ports of a node, and where each comes from."""
        return [(edge["DestinationInputPort"]["PortName"], edge["SourceOutputPort"])
                for edge in self.entity.get("Edges") or () if edge["DestinationInputPort"]["NodeId"] == node_id]


def written(module: Mapping[str, Any]) -> list[str]:
    """The ports of the outputs that a step of the module writes."""
    return [port["Name"] for port in module["StructuredInterface"]["Outputs"] if not port.get("SkipProcessing")]


def _arguments(interface: Mapping[str, Any], values: Mapping[str, str | None], names: Mapping[str, str]) -> list[str]:
    """Data is named by its variable, which whoever runs the step puts in."""
    found = []
    for argument in interface.get("Arguments") or ():
        kind, value = argument["ValueType"], argument["Value"]
        if kind in ("Input", "Output"):
            found.append(f"${_DATA_REFERENCE}{names[value]}")
        else:
            found.append(str(values.get(value) if kind == "Parameter" else value))
    return found
