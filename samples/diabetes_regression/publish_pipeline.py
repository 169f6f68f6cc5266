"""Publishes the pipeline for SDK v1, and makes it the default of its pipeline endpoint.

    python samples/diabetes_regression/publish_pipeline.py --build_id 42

The workspace is the one that SUBSCRIPTION_ID, RESOURCE_GROUP and WORKSPACE_NAME name. The version of what is published
is the build's id; a build that publishes again gets what it has published. The last line is the pipeline's id.
"""
import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from string import Template

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER / "training"))  # the module below is one of the steps' own

from azureml.core import Workspace  # noqa: E402
from azureml.pipeline.core import Pipeline, PipelineEndpoint, PublishedPipeline  # noqa: E402
from named_workspace import open_workspace  # noqa: E402


def main(arguments: Sequence[str] | None = None) -> None:
    given = options().parse_args(arguments)
    workspace = open_workspace()
    published = find(workspace, given.name, given.build_id) or publish(workspace, given)
    endpoint = make_default(workspace, given.name, published)
    print(f"published {published.name}, version {published.version}; endpoint {endpoint.endpoint}")
    print(published.id)


def find(workspace: Workspace, name: str, version: str) -> PublishedPipeline | None:
    return next((one for one in PublishedPipeline.list(workspace) if (one.name, one.version) == (name, version)), None)


def publish(workspace: Workspace, given: argparse.Namespace) -> PublishedPipeline:
    text = Template((FOLDER / "published_pipeline.yml").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        definition = Path(folder, "pipeline.yml")
        definition.write_text(text.substitute(compute=given.compute, folder=FOLDER.as_posix()), "utf-8")
        pipeline = Pipeline.load_yaml(workspace, str(definition))
    return pipeline.publish(given.name, f"of build {given.build_id}", given.build_id)


def make_default(workspace: Workspace, name: str, published: PublishedPipeline) -> PipelineEndpoint:
    endpoint = next((one for one in PipelineEndpoint.list(workspace) if one.name == name), None)
    if endpoint is None:
        return PipelineEndpoint.publish(workspace, name, "the newest training pipeline", published)
    if published.id not in {one.id for one in endpoint.list_pipelines()}:
        endpoint.add_default(published)
    return endpoint


def options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build_id", required=True, help="the version of what is published")
    parser.add_argument("--name", default="diabetes-training", help="of the pipeline and of its endpoint")
    parser.add_argument("--compute", default="cpu-cluster", help="the cluster on which the steps run")
    return parser


if __name__ == "__main__":
    main()
