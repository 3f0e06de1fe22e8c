from __future__ import annotations

import pytest

from tongxin.documents.reading import read_text


def found(text: str) -> list[str]:
    return [item.text for item in read_text(text).requirements]


def in_tasks(sentence: str) -> list[str]:
    return found(f"工作计划\n一、重点任务\n{sentence}\n")


@pytest.mark.parametrize(
    "sentence",
    [
        "完善委员联系制度，定期走访委员单位",
        "各支部要按时报送学习情况",
        "有关部门应当及时答复提案",
        "参加人员不得无故缺席",
        "严禁泄露会议内容",
        "办公室负责统计汇总参会情况",
        "将联系群众情况纳入年度考核",
        "每位委员提交一件提案",
        "该项工作于6月底前完成",
        "对已到期的要及时清理",
        "凡审查不合格的，一票否决",
        "对“僵尸企业”依法出清",
        "首要议题必须是理论学习",
        "推进生活垃圾分类，覆盖率达到95%",
        "急事当天办，一般事项不过周",
        "17日下午赴高新区观摩",
        "建议名单经常委会会议审定后，由全体会议协商通过",
    ],
)
def test_tasks(sentence):
    assert in_tasks(sentence + "。") == [sentence]


@pytest.mark.parametrize(
    "sentence",
    [
        "协商民主是社会主义民主的重要形式。",
        "近年来，机关建设取得明显成效。",
        "去年开展了专题学习活动。",
        "有的干部学习不够主动。",
        "有条件的单位可自行组织。",
        "鼓励委员开展志愿服务。",
        "逾期未报的视为放弃。",
        "会议指出，要加强学习。",
        "现将有关事项通知如下：",
        "要强化以下四种意识：",
        "特此通知。",
        "以上报告，请予审议。",
        "领导小组办公室设在市建设局。",
        "我们要清醒地看到存在的差距。",
        "内容包括集中学习、志愿服务等。",
        "一年内两次无故缺席全体会议的，视为自动放弃。",
    ],
)
def test_look_alikes(sentence):
    assert in_tasks(sentence) == []


@pytest.mark.parametrize("heading", ["2024年工作回顾", "指导思想", "深刻认识重要意义", "存在的问题"])
def test_the_part_decides(heading):
    assert found(f"工作报告\n一、{heading}\n完善学习制度，开展专题培训，加强机关建设。\n") == []


def test_a_dated_aim_counts():
    assert found("实施方案\n一、工作目标\n到2027年，建成委员工作室20个。\n努力开创工作新局面。\n") == [
        "到2027年，建成委员工作室20个"
    ]


def test_in_the_lead_only_what_is_asked():
    assert found("关于报送材料的通知\n各处室：\n做好年度工作很有必要，请各处室按时报送材料。\n一、时间\n") == [
        "请各处室按时报送材料"
    ]


def test_a_fixed_date_of_a_notice():
    assert found("会议通知\n一、会议时间\n3月5日上午9:00\n二、会议地点\n三楼会议室\n") == [
        "3月5日上午9:00",
        "三楼会议室",
    ]


def test_semicolons_part_acts_but_not_nouns():
    assert in_tasks("健全会议制度；完善考勤办法。") == ["健全会议制度", "完善考勤办法"]
    assert len(in_tasks("平台应提供以下功能：会议通知、材料分发；委员名册、联系方式；统计报表。")) == 1


def test_two_bodies_with_a_duty_each():
    assert in_tasks("牵头部门必须制定方案，协办单位必须积极配合。") == ["牵头部门必须制定方案", "协办单位必须积极配合"]


def test_the_issuers_own_part_after_what_it_asks():
    assert in_tasks("各机关党委要派员列席支部会议，市直机关工委将派出督导组抽查。") == [
        "各机关党委要派员列席支部会议",
        "市直机关工委将派出督导组抽查",
    ]


def test_short_leads_in_a_row_name_what_follows():
    row = (
        "（一）党政领导要高位推动。每位领导要领办一件重点提案，五月底前分解到位。\n"
        "（二）承办单位要真办实办。分管领导要全程跟踪，答复前与提案者见面。\n"
        "（三）提案委员会要跟踪问效。要建立滚动台账，连续跟踪三年。\n"
    )
    assert found(f"工作计划\n一、重点任务\n{row}") == [
        "每位领导要领办一件重点提案，五月底前分解到位",
        "分管领导要全程跟踪，答复前与提案者见面",
        "要建立滚动台账，连续跟踪三年",
    ]
    assert "各支部要按时报送" in found("工作计划\n一、重点任务\n1.各支部要按时报送。材料一式两份，逾期不再受理。\n")


def test_leads_of_paragraphs_without_numbers():
    rows = "积极扩大有效投资。实行专班推进，全年完成投资160亿元。\n大力提振消费信心。用好促消费政策，发放消费券1000万元。\n"
    assert found(f"工作计划\n一、重点任务\n{rows}") == [
        "实行专班推进，全年完成投资160亿元",
        "用好促消费政策，发放消费券1000万元",
    ]


def test_minutes_bid_point_by_point():
    text = (
        "党组会议纪要\n一、学习会议精神\n会议认为，全会意义重大。会议强调，一要深入学习，各支部月底前完成研讨；二要深入调研，"
        "经济委年内拿出报告。\n二、其他事项\n会议同意机关的安排。6月30日上午召开表彰大会。\n"
    )
    assert found(text) == ["深入学习，各支部月底前完成研讨", "深入调研，经济委年内拿出报告", "6月30日上午召开表彰大会"]


def test_what_the_page_left_out_is_no_part():
    assert in_tasks("任务很重。……略……要坚决防止以业务会代替支部会。") == ["要坚决防止以业务会代替支部会"]


def test_what_is_owed_after_a_permission():
    assert in_tasks("鼓励社会力量办学，对非营利性机构，落实税收优惠政策。") == ["对非营利性机构，落实税收优惠政策"]


def test_a_look_back_and_a_look_ahead_in_one_paper():
    text = "某委2023年工作总结和2024年工作打算\n一、2023年主要工作\n组织界别学习12次。\n二、2024年工作打算\n组织界别学习4次。\n"
    assert found(text) == ["组织界别学习4次"]


def test_a_reason_before_the_act_is_left_out():
    assert in_tasks("机关建设是一项长期任务，必须常抓不懈、久久为功。") == ["必须常抓不懈、久久为功"]


def test_a_permission_at_the_end_is_left_out():
    assert in_tasks("加强委员工作室规范管理，鼓励跨界别联合建设。") == ["加强委员工作室规范管理"]


def test_an_item_below_which_nothing_else_is_asked():
    assert found("活动通知\n一、活动安排\n1.专题学习全会精神\n辅导材料见附件目录\n2.座谈会\n（1）请委员发言。\n") == [
        "专题学习全会精神",
        "请委员发言",
    ]


def test_the_closing_call_of_a_speech():
    text = "在例会上的讲话\n同志们：\n一、任务\n要抓好学习制度的落实，按月检查。\n同志们，让我们坚定信心，要为实现目标努力奋斗！\n"
    assert found(text) == ["要抓好学习制度的落实，按月检查"]


def test_what_is_quoted_is_not_a_modal():
    assert in_tasks("《机关干部要这样学习》一书反响较好。") == []


def test_a_bracket_that_names_who_is_responsible_makes_a_task():
    text = "分工意见\n一、总体要求\n1.居民收入与经济增长同步。（市财政局牵头，年内持续推进）\n"
    found = [(item.text, item.subject, item.cadence_or_deadline) for item in read_text(text).requirements]
    assert found == [("居民收入与经济增长同步", "市财政局", "年内")]


def test_a_list_that_a_look_back_announced_looks_back():
    text = (
        "在例会上的讲话\n同志们：\n一、抓好各项工作\n去年以来，各支部认真履职，主要做了以下工作：\n"
        "一是抓好学习。组织专题辅导，开展集中研讨。\n二是服务大局。开展专题调研，形成调研报告。\n"
        "今年要抓好学习制度的落实，按月检查。\n"
    )
    assert found(text) == ["今年要抓好学习制度的落实，按月检查"]


def test_a_speech_without_numbered_headings():
    text = "在例会上的讲话\n同志们：\n下面，我讲几点意见。\n第一，要抓好学习。坚持每月集中研讨，撰写心得体会。\n第二，要服务大局。各专委会要开展专题调研。\n"
    assert found(text) == ["坚持每月集中研讨，撰写心得体会", "各专委会要开展专题调研"]


def test_rows_of_tables_are_left_alone():
    assert in_tasks("1\t开展换届\t6月底前\t办公室") == []


def test_reasons_are_told_in_chinese():
    reading = read_text("工作计划\n一、重点任务\n各支部要按时报送。完善考勤制度。\n")
    assert [item.reason for item in reading.requirements] == ["含“要”", "任务部分的动宾句，以“完善”开头"]
    assert {item.role for item in reading.requirements} == {"tasks"}


def test_a_limit_set_for_the_addressee_and_a_duty_about_what_applies():
    text = "实施意见\n一、规范账号\n一个单位原则上在同一平台只开设一个账号。财税部门应认真落实适用于转制企业的政策。本办法适用于全体委员。\n"
    assert found(text) == ["一个单位原则上在同一平台只开设一个账号", "财税部门应认真落实适用于转制企业的政策"]


def test_a_reply_bids_only_where_it_turns_to_somebody():
    text = (
        "关于第26号建议的答复\n王委员：\n您的建议收悉。推进政务公开，实行民主决策是一项基本制度。"
        "我办及时向社会公开征求意见，开展互动交流。请继续关心支持政协工作。\n"
    )
    assert found(text) == ["请继续关心支持政协工作"]


def in_speech(sentence: str) -> list[str]:
    text = f"在工作会议上的讲话\n同志们：\n刚才，三个支部作了发言，讲得都很好，{sentence}。下面，我讲三点意见。\n一、任务\n"
    return found(text)


@pytest.mark.parametrize(
    "wish",
    ["希望大家互相借鉴", "希望大家相互学习、共同提高", "请大家多多批评指正", "希望各单位学习借鉴、取长补短"],
)
def test_a_courtesy_to_those_present_bids_nothing(wish):
    assert in_speech(wish) == []


@pytest.mark.parametrize("wish", ["希望大家会后抓好落实", "希望大家学习借鉴，一周内拿出改进办法"])
def test_a_wish_with_an_act_is_asked(wish):
    assert in_speech(wish) == [wish]


@pytest.mark.parametrize(
    "sentence",
    [
        "预备党员参加评议，但不评定等次",
        "列席人员没有表决权",
        "特邀委员参加调研，不占专委会名额",
        "党员委员的组织关系保留在原单位，不转入功能型党支部",
        "支部委员会由书记、副书记、委员组成",
    ],
)
def test_how_things_stand_is_no_task(sentence):
    assert in_tasks(sentence + "。") == []


@pytest.mark.parametrize(
    "sentence",
    [
        "各支部召开会议，不占用工作时间",
        "各支部开展评议，不评定等次的要说明理由",
        "对苗头性问题早提醒、早纠正",
        "对困难委员给予帮助",
        "支部由县政协党组批准设立，设书记1名",
        "人选由主席会议审定",
        "收到提案之日起3个月内书面答复",
        "严厉查处虚假宣传、强制消费等行为",
        "被采用的，在一周内告知委员本人",
        "常委带头述职，任期内每位常委至少述职一次",
        "年接待游客突破500万人次",
        "县一中新校区秋季学期投入使用，每所中心校配齐心理教师",
        "党课讲稿于6月25日前发至党委办公室邮箱",
        "流动党员由所在支部送学上门",
    ],
)
def test_tasks_without_a_modal(sentence):
    assert in_tasks(sentence + "。") == [sentence]


def test_how_to_deal_with_whom_counts_in_a_report_as_well():
    report = "政协某市委员会常务委员会工作报告\n一、2024年工作回顾\n{0}。\n二、下一步工作\n{0}。\n"
    read = read_text(report.format("对苗头性问题早提醒、早纠正"))
    assert [(item.text, item.line) for item in read.requirements] == [("对苗头性问题早提醒、早纠正", 5)]


@pytest.mark.parametrize("call", ["必须摆在更加突出的位置", "必须高度重视、常抓不懈", "我们一定要把学习放在首要位置"])
def test_among_reasons_gravity_is_no_act(call):
    assert found(f"工作意见\n一、重要意义\n做好这项工作，有利于凝聚共识，{call}。\n") == []


def test_among_reasons_an_act_counts():
    assert found("工作意见\n一、重要意义\n做好这项工作十分重要，必须在重点领域率先突破，每年办成一批实事。\n") == [
        "必须在重点领域率先突破，每年办成一批实事"
    ]


def test_the_last_item_before_a_closing_remark_is_a_task():
    text = "工作安排\n一、机关建设\n（一）完善接待制度。\n（二）做好驻村帮扶工作，办公室每月到村不少于2次。\n以上工作，各室要专人负责。\n"
    assert found(text)[-2:] == ["做好驻村帮扶工作，办公室每月到村不少于2次", "以上工作，各室要专人负责"]


def test_a_heading_of_the_second_level_stays_a_heading():
    assert found("工作安排\n一、机关建设\n（一）加强学习，提高认识。\n各支部要每月学习。\n") == ["各支部要每月学习"]


@pytest.mark.parametrize(
    "sentence",
    [
        "各位委员，使命重在担当，奋斗创造未来",
        "做好新形势下的工作，关键在人",
        "这种精神状态要不得",
        "打铁必须自身硬",
        "城市不仅要有高度，更要有温度",
    ],
)
def test_a_judgement_is_no_task(sentence):
    assert in_tasks(sentence + "。") == []


def test_papers_before_the_nineties_ask_with_one_character():
    assert found("关于加强农民教育的通知\n各地区：\n现将报告转发给你们，望认真研究执行。\n") == ["望认真研究执行"]


def test_what_follows_from_not_doing_it_is_left_out():
    assert in_tasks("每个支部至少上报1篇简讯，逾期未报的，视为未开展。") == ["每个支部至少上报1篇简讯"]


def test_items_to_choose_from_are_offered_and_not_asked():
    text = "活动通知\n一、自选动作\n各支部可从以下活动中任选一项：\n（1）参观基地；\n（2）开展一次家访。\n二、要求\n（1）各支部要上报简讯。\n"
    assert found(text) == ["各支部要上报简讯"]


def test_in_minutes_a_body_that_is_named_after_what_was_told_is_bidden():
    text = "第三次主席会议纪要\n一、会议传达了上级精神。会议指出，这次会议务实管用。各委室要认领责任，本周内拿出意见。\n二、会议对用车问题提出了批评，强调今后未履行手续的不得派车。\n"
    assert found(text) == ["各委室要认领责任，本周内拿出意见", "今后未履行手续的不得派车"]
