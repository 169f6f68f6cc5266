"""What the SDK posts to the pipelines service: modules, graphs, what is published of them, submissions, schedules."""

_PORT = {"Name": str, "DataReferenceName?": str}
_PARAMETER = {"Name": str, "EnvironmentVariableOverride?": str}
MODULE = {"Name": str, "StorageId": str, "StructuredInterface": {
    "Inputs": [_PORT], "Outputs": [_PORT], "Parameters": [_PARAMETER], "MetadataParameters?": [_PARAMETER],
    "Arguments?": [{"ValueType": (str, int), "Value?": object}]}}

_END = {"NodeId": str, "PortName": str}
GRAPH = {
    "Graph": {
        "ModuleNodes": [{"Id": str, "ModuleId": str, "ModuleParameters?": [
            {"Name": str, "ValueType": (str, int), "Value?": object}]}],
        "Edges?": [{"SourceOutputPort": {"PortName?": str, "NodeId?": str}, "DestinationInputPort": _END}]},
    "GraphInterface": {"Parameters?": [{"Name": str}]}}
PIPELINE = {"Name": str, **GRAPH}
STATUS = (str, int)

ENDPOINT = {"Name": str, "PipelineId": str}
CHANGED_ENDPOINT = {
    "Name?": str, "EntityStatus?": STATUS, "DefaultVersion?": (str, int),
    "PipelineVersionList?": [{"PipelineId": str, "Version": (str, int)}]}

SUBMISSION = {
    "ExperimentName?": str, "Description?": str, "ParameterAssignments?": {"*": (str, int, float, bool)},
    "tags?": dict, "Tags?": dict, "Properties?": dict}
UNSUBMITTED = {**GRAPH, "CreationInfo": SUBMISSION}

_RECURRENCE = {"StartTime?": str, "TimeZone?": str,
               "Schedule?": {"Hours?": [int], "Minutes?": [int], "WeekDays?": [str]}}
CHANGED_SCHEDULE = {
    "Name?": str, "PipelineId?": str, "PipelineEndpointId?": str, "EntityStatus?": STATUS, "Recurrence?": _RECURRENCE,
    "PipelineSubmissionInfo?": SUBMISSION}
SCHEDULE = {**CHANGED_SCHEDULE, "Name": str}
