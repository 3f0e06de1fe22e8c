"""Word lists that several steps share: task verbs, bodies and people, words of time.

They are words of office language in general; a word is here because it opens tasks in many
kinds of papers, never because one paper has it.
"""

from __future__ import annotations

import re

# Verbs with which a task opens when no modal stands before it. Half of all requirements are of
# this kind, so the list is long; two-character verbs, ascending by first character for easy checking.
TASK_VERBS: tuple[str, ...] = tuple(
    """
    安排 按时 把好 把握 办好 办理 帮扶 帮助 保持 保护 保证 保障 保质 报告 报送 报备 倍增 编制 编写 编印 变革 表彰 补齐 补充 补强 布置 部署
    参加 参与 策划 查摆 查找 查处 拆除 倡导 畅通 成立 承办 承担 呈报 持续 充实 充分 抽查 出台 处理 处置 传达 传承 创建 创新 创办 创作 创设 创优
    促进 促成 催办 从严 存档 达到 答复 打好 打响 打造 打通 带动 带领 带头 登记 调查 调研 调整 调动 订立 定期 动员 督促 督办 督查 督导 锻造 对标 对照 对接 对口
    夯实 发动 发放 发挥 发布 发现 发扬 发展 防范 防止 防治 丰富 扶持 服务 辅导 负责 复核 改革 改进 改善 改造 改变 改建 高标 高质 给予 跟进 跟踪 更新 公布 公开 公示 攻坚 巩固 贯彻 管好 管理 管控 规范 规划 归档
    核查 核实 合理 弘扬 厚植 护航 化解 划定 划拨 划转 汇聚 汇总 汇报 活跃 激发 激励 积极 集中 集聚 加大 加快 加强 加速 加深 加密 夹紧 坚持 坚定 坚决 监督 监测 兼顾 检查 减少 减轻 简化 建好 建立 建成 建设 建言 建强 健全 讲好 交流 交办 接受 节约 解决 解放 借力 借助 精简 精心 精准 紧扣 紧盯 紧密 进一步 进行 举办 举行 具体 聚焦 聚力 决定
    开办 开发 开放 开好 开辟 开启 开设 开通 开拓 开展 考察 考核 靠前 科学 克服 控制 扩大 扩充 拉动 理顺 立足 利用 联系 联动 列出 列入 领会 领导 留存 落细 落实 履行 梳理 论证 轮训
    描绘 明确 明晰 谋划 摸清 摸底 摸排 牧养 纳入 凝聚 努力 培养 培训 培育 配备 配合 配齐 评估 评价 评选 评议 平稳 破除 破解 铺开 普及 普查 启动 起草 牵头 签订 强化 抢抓 切实 倾听 清理 清查 区分 全力 全面 确保 确定 确立
    认真 认领 融合 融入 撒好 筛选 上报 上交 设立 设置 设计 申报 申请 深化 深入 深耕 审查 审核 审议 审定 升级 生成 施行 实施 实现 实行 实践 使用 试行 试点 适时 收集 收缴 树立 树牢 疏通 撰写 顺畅 缩短 塑造
    探索 提出 提高 提供 提前 提请 提升 提炼 提交 填报 填写 调解 听取 通报 统筹 统一 突出 突破 推荐 推动 推广 推进 推行 推出 推介 退出 拓宽 拓展 挖掘 完成 完善 维护 围绕 委托 稳步 稳定 稳妥 务实 牢记 牢固 牢牢
    吸纳 吸收 吸引 下发 下沉 细化 现场 限期 协调 协商 协助 协同 携手 宣讲 宣传 选拔 选派 选树 选好 选举 学习 学好 巡察 压实 压减 压紧 延伸 严查 严防 严格 严肃 严禁 严守 研发 研究 研讨 沿着 验收 养成 邀请 依法 依托 移交 以身 抑制 引导 引进 引领 印发 迎接 营造 应对 应用 拥护 用好 用活 优先 优化 有效 有序 预防 遏制 运用 孕育
    再造 增加 增进 增强 增设 展开 展示 召开 整改 整合 整理 整顿 征求 征集 争创 争取 争当 支持 支撑 执行 指导 指定 制定 制订 制作 治理 直面 置换 致力 逐步 逐项 逐一 主动 助力 助推 注重 注意 抓好 抓紧 抓实 抓牢 抓住 抓细 抓 转变 转化 追究 着力 着眼 着重 准备 综合 总结 走访 走好 足额 遵守 遵循 遵照 尊重 组建 组织 组成 做到 做大 做好 做实 做强 做优 做细 做深 作出 专题 重点 重视 自觉 座谈 最大限度 大力 及时 继续 不断 不得 不要 高度 更好 广泛 妥善 尽快 尽量 按期 按要求 杜绝 切忌 禁止 力争 力求 力戒 谋求 用心 管住 守住 守好 守牢 筑牢 凝心 铸魂 锤炼 练就 答好 交好 当好 扛起 扛牢 扛实 担当 勇于 敢于 善于 讲究 严明 净化 纠正 纠治 整治 驰而不息 一体 一并 分类 分别 分级 分批 分层 逐级 层层 常态 长期 每年 每月 每周 每季度 每半年
    """.split()
)
TASK_VERB_SET = frozenset(TASK_VERBS)

# Some task verbs are nouns as well; before these words they name a thing: 治理工作办公室, 培训课程.
_NOUNY = frozenset(
    "培训 治理 监督 宣传 管理 服务 检查 评估 考核 报告 总结 调研 交流 学习 保障 指导 督查 督导 协商 参与 评议 走访 座谈 发展 改革 创新 实施 创建 建设 申报 申请 评选 整改 组织 领导 安排 计划 规划 审查 研究 试点 专题 综合 重点 辅导 活动 支持 征求 登记".split()
)
_AFTER_NOUN = re.compile(
    r"(?:工作|课程|情况|办公室|小组|机制|部门|会|对象|中心|方案|任务|时间|地点|内容|单位|经费|人员|期间|班|过程|体系|地区|方式|形式|主题|范围|结果|材料|责任|条件|制度是|是|的|联合|组)(?!的要|开好|开展好)"
)

_VERB_START = re.compile("(?:" + "|".join(sorted(map(re.escape, TASK_VERB_SET), key=len, reverse=True)) + ")")


def starts_with_task(clause: str) -> str | None:
    """The task verb (or its adverb) with which ``clause`` opens, or None."""
    found = _VERB_START.match(clause)
    if found is None or (found.group() in _NOUNY and _AFTER_NOUN.match(clause, found.end())):
        return None
    return found.group()


def holds_task(text: str) -> bool:
    """True where a task verb stands anywhere in ``text``."""
    return _VERB_START.search(text) is not None


# What bodies and people are called at the end of their names; used to tell who is to act.
ACTOR_ENDS = (
    "部门|单位|机关|支部|党支部|组织|党组织|党委|党组|党总支|总支|政府|委员会|常委会|办公室|办公厅|办公厅(室)|专委会|工作组|领导小组|小组|处室|科室|学院|学校|中学|小学|大学|幼儿园|年级|教研组|备课组|各地|各地区|地区|各方|各级|"
    "各省|省份|各市|各县|各区|省(自治区、直辖市)|(市、区)|(区、市)|(市)区|市区|县区|县级|街道|乡镇|社区|村|平台|企业|公司|集团|中心|工会|团委|共青团|妇联|工商联|团体|党派|协会|学会|商会|法院|检察院|医院|机构|"
    "委员|党员|干部|职工|教职工|教师|老师|学生|家长|同志|书记|副书记|班子|领导班子|班子成员|成员|负责人|负责同志|主要负责人|责任人|领导|领导干部|人员|工作人员|工作者|代表|校长|院长|主任|主席|副主席|秘书长|班主任|组长|组员|会员|团员|联系人|专家|居民|群众|企业家|"
    "大家|我们|你们|个人|自己|局|厅|处|科|室|部|委|办|院|所|站|队|馆|会|班|户|者|师|方|政协|人大|各界|界别|政协组|组成员|员委员"
)
# Words that end like a body but are none.
NOT_ACTORS = frozenset(
    "机会 社会 大会 会 全会 会议 协会会 晚会 学会了 部 全部 内部 外部 局 大局 格局 布局 结局 处 好处 之处 短处 长处 用处 到处 深处 实处 科 学科 室 委 办 会办 方 地方 对方 双方 多方 一方 后方 前方 或者 前者 后者 队 一班 中心 以人民为中心 重中之重 为中心 方面 户 窗户 所 场所 院 站 班 师 者 村 乡村 农村 平台 各级 组织 自己 领导 会员制".split()
)

# Words that say when or how often, without a date.
CADENCES: tuple[str, ...] = (
    "及时", "定期", "不定期", "经常性", "随时", "适时", "按时", "按期", "限期", "即日起", "尽快", "近期", "长期", "常态化", "每年度", "每年", "每半年",
    "每季度", "每季", "每个月", "每月", "每两周", "每周", "每日", "每天", "每学期", "每学年", "每届", "全年", "年初", "年中", "年底", "年末", "岁末年初", "上半年", "下半年", "月底", "月初", "季末",
    "本年度", "本学期", "本学年", "本月", "本周", "今年", "明年", "年内", "学期初", "学期末", "届初", "第一时间", "阶段性",
)  # fmt: skip
