"""Which runs only start other runs, and so hold no machine: pipelines, sweeps, AutoML, and the steps around them. Pure.
"""
from .source import Source

# As azureml-core, SDK v2 and the service name them, in any case.
_TYPES = frozenset({"azureml.pipelinerun", "hyperdrive", "automl", "sweep", "pipeline", "pipelinerun"})
_STEP_TYPES = frozenset({"hyperdrivestep", "automlstep", "pipelinestep", "sweepstep"})
_TEMPLATES = frozenset({"hyperdrive", "automl"})  # an iteration of AutoML has "automl_child"


def is_orchestrating(source: Source) -> bool:
    """A script that starts runs of its own runs on a machine all the same."""
    types = (source.snapshot.run_type, source.event.run_type, source.named("azureml.runsource"),
             source.told("runTypeV2", "orchestrator"))
    return (any(_is_one(word, _TYPES) for word in types) or _is_one(source.named("StepType"), _STEP_TYPES)
            or _is_one(source.named("runTemplate"), _TEMPLATES))


def _is_one(word: object, words: frozenset[str]) -> bool:
    return isinstance(word, str) and word.casefold() in words
