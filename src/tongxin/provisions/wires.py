"""Where a provision lives that is not judged: the form, the workflow or the check that holds it.  Pure.

``form:`` the name of an address; ``workflow:`` the course of a kind of matter; ``check:`` the module and function that refuses
what the provision forbids.  The catalogue refuses any other name; a test resolves each of these.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

#: Name → what people read.
WIRES: Mapping[str, str] = MappingProxyType(
    {
        "form:organization": "组织登记页（种类、依托、成立批复）",
        "form:open_matter": "事项登记表（请示、报告一事一登，主送机关）",
        "form:record_activity": "活动登记表（日期、参会名单）",
        "form:mark_register": "参会登记（请假、准假人、到会）",
        "form:mine": "我的信息（本人履职记录）",
        "form:leave_membership": "任职终止（原因、依据）",
        "form:term_draft": "换届方案",
        "form:upload_document": "文件入库（来源、文号、发文机关）",
        "workflow:manuscript": "稿件审核流程",
        "workflow:task": "任务督办流程",
        "workflow:request": "请示办理流程",
        "workflow:proposal": "提案办理流程",
        "workflow:information": "社情民意信息办理流程",
        "check:tongxin.core.privacy.declare": "每个数据项按公开、受限、敏感分级",
        "check:tongxin.registry.retention.plan": "保存期限清单",
        "check:tongxin.core.audit.record": "审计记录",
        "check:tongxin.documents.secrecy.refuse_marked": "涉密标志检查",
    }
)
