"""Kinds of provisions, how strictly they speak, and what comparing them with the record can say."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProvisionKind(models.TextChoices):
    """How a provision is judged; guidance is shown and never judged."""

    PERIODIC = "periodic", _("定期")
    PER_EVENT = "per_event", _("随事")
    DEADLINE = "deadline", _("限期")
    COVERAGE = "coverage", _("覆盖")
    THRESHOLD = "threshold", _("标准")
    RATIO = "ratio", _("比例")
    TERM = "term", _("任期")
    PROCEDURE = "procedure", _("程序")
    DOCUMENT = "document", _("材料")
    PLAN = "plan", _("计划")
    GUIDANCE = "guidance", _("指引")


class Modality(models.TextChoices):
    """How strictly the source speaks; a missed 一般 is something to explain, not a fault."""

    MUST = "must", _("应当")
    AT_LEAST = "at_least", _("至少")
    GENERALLY = "generally", _("一般")
    REGULARLY = "regularly", _("定期")
    PLANNED = "planned", _("按计划")
    ENCOURAGED = "encouraged", _("倡导")
    MAY = "may", _("可以")
    LOCAL = "local", _("本地规定")
    PRACTICE = "practice", _("惯例")


class FindingState(models.TextChoices):
    """What comparing a provision with the record says on a day."""

    MET = "met", _("已落实")
    DUE = "due", _("期内待办")
    MISSED = "missed", _("确认未开展")
    EXCUSED = "excused", _("已说明")
    NOT_APPLICABLE = "not_applicable", _("不适用")
    NOT_RECORDED = "not_recorded", _("暂无记录")


#: States that ask nobody for anything.
SETTLED_STATES = (FindingState.MET, FindingState.EXCUSED, FindingState.NOT_APPLICABLE)
#: States that belong on a to-do list.
OPEN_STATES = (FindingState.DUE, FindingState.NOT_RECORDED)


class RulingKind(models.TextChoices):
    """What a person says of a finding."""

    DONE = "done", _("已开展（据说明）")
    EXCUSED = "excused", _("已说明")
    MISSED = "missed", _("确认未开展")
    EXTENDED = "extended", _("经批准延期")


class RulingBasis(models.TextChoices):
    """Whose word a ruling rests on."""

    APPROVED = "approved", _("经批准")
    OWN = "own", _("本单位说明")


class SubjectKind(models.TextChoices):
    """What a provision binds; never the office itself."""

    ORGANIZATION = "organization", _("组织")
    PERSON = "person", _("人员")
    PAIR = "pair", _("联系对")
    EVENT = "event", _("活动")


class FactRole(models.TextChoices):
    """What a rule does with a fact that it looks for."""

    COUNTS = "counts", _("计入")
    NEAR = "near", _("相近")
    EVENT = "event", _("起因")
    COVERS = "covers", _("覆盖")
    BASE = "base", _("基数")
    STEP = "step", _("步骤")
    EXTENDS = "extends", _("延期")


class Reason(models.TextChoices):
    """Why a finding stands as it does; the sentence is put together by ``queries.explain``."""

    RECORDED = "recorded", _("有记录")
    BY_WORD = "by_word", _("据说明已开展")
    WINDOW_OPEN = "window_open", _("期限未到")
    IN_GRACE = "in_grace", _("登记期内")
    NOTHING = "nothing", _("未见记录")
    TOO_FEW = "too_few", _("记录不足")
    NEARLY = "nearly", _("有相近记录")
    APPROVED = "approved", _("经批准")
    OWN = "own", _("本单位说明")
    CONFIRMED = "confirmed", _("本单位确认")
    BEFORE_START = "before_start", _("启用之前")
    BEFORE_ADOPTION = "before_adoption", _("采用之前")
    PART_PERIOD = "part_period", _("本期适用天数不足一半")
    STRUCTURE = "structure", _("组织设置不适用")
    NO_LONGER_BOUND = "no_longer_bound", _("期内已不再适用")
    TOO_MANY = "too_many", _("超过上限")
    NO_BASE = "no_base", _("没有可计的人数")
    NO_PLAN = "no_plan", _("本期计划中没有安排")
    WITHIN_TERM = "within_term", _("任期之内")
    EXTENDED = "extended", _("经批准延期")
    MISSING_STEP = "missing_step", _("缺少步骤")
    MISORDERED = "misordered", _("步骤次序不符")
    SAME_PERSON = "same_person", _("应由不同的人办理")


class SetDecisionKind(models.TextChoices):
    """What a county does with one requirement of a set that it received."""

    ADOPTED = "adopted", _("采用")
    NOT_APPLICABLE = "not_applicable", _("不适用")
