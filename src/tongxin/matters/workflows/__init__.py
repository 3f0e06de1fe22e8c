"""The declared workflows, by kind of matter.  Pure; imports no models."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tongxin.core.errors import BadInput
from tongxin.matters.workflow import Workflow
from tongxin.matters.workflows.information import INFORMATION
from tongxin.matters.workflows.manuscript import MANUSCRIPT
from tongxin.matters.workflows.need import NEED
from tongxin.matters.workflows.proposal import PROPOSAL
from tongxin.matters.workflows.report import REPORT
from tongxin.matters.workflows.request import REQUEST
from tongxin.matters.workflows.task import TASK

WORKFLOWS: Mapping[str, Workflow] = MappingProxyType(
    {workflow.kind: workflow for workflow in (PROPOSAL, INFORMATION, TASK, REQUEST, REPORT, MANUSCRIPT, NEED)}
)


def workflow_of(kind: str) -> Workflow:
    """Return the workflow of a kind of matter.  Raises BadInput for a kind that has none."""
    workflow = WORKFLOWS.get(kind)
    if workflow is None:
        names = "、".join(known.name for known in WORKFLOWS.values())
        raise BadInput("matters.kind", f"不能登记“{kind}”类事项。", hint=f"可登记：{names}。", field="kind")
    return workflow
