"""What is in the package, as a software bill of materials in the format CycloneDX: each installed package with its
version, license and what it needs. The same packages give the same text.
"""
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import Distribution, distributions
from pathlib import Path

from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

_MADE = datetime(1980, 1, 1, tzinfo=UTC)  # as the files of the package: not now
_CLASSIFIER = "License :: "


def describe(site_packages: Path, name: str) -> str:
    """JSON about what is installed in a folder, for the application of the name."""
    installed = {canonicalize_name(one.name): one for one in distributions(path=[str(site_packages)])}
    components = {package: _component(one) for package, one in sorted(installed.items())}
    application = Component(name=name, type=ComponentType.APPLICATION, bom_ref=name)
    identity = uuid.uuid5(uuid.NAMESPACE_URL, " ".join(str(one.purl) for one in components.values()))
    bom = Bom(components=components.values(), serial_number=identity,
              metadata=BomMetaData(component=application, timestamp=_MADE))
    bom.register_dependency(application, components.values())
    for package, one in installed.items():
        bom.register_dependency(components[package], [components[need] for need in _needs(one) if need in components])
    return JsonV1Dot6(bom).output_as_string(indent=1) + "\n"


def _component(distribution: Distribution) -> Component:
    purl = PackageURL("pypi", name=canonicalize_name(distribution.name), version=distribution.version)
    return Component(name=distribution.name, version=distribution.version, purl=purl, bom_ref=str(purl),
                     licenses=[DisjunctiveLicense(name=text) for text in _licenses(distribution)])


def _licenses(distribution: Distribution) -> list[str]:
    """As the package names it, in the newest of the ways that there have been."""
    def field(name: str) -> list[str]:
        return distribution.metadata.get_all(name, [])
    classifiers = {text.rpartition(" :: ")[2] for text in field("Classifier") if text.startswith(_CLASSIFIER)}
    return field("License-Expression") or sorted(classifiers) or field("License")


def _needs(distribution: Distribution) -> Iterable[NormalizedName]:
    requirements = map(Requirement, distribution.requires or ())
    return {canonicalize_name(one.name) for one in requirements if not one.marker or one.marker.evaluate({"extra": ""})}
