"""Addresses of the pages, grouped by area."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from tongxin.web.accounts import views as accounts
from tongxin.web.activities import branches, handouts, life, minutes, notices, plans
from tongxin.web.activities import views as activities
from tongxin.web.administration import views as administration
from tongxin.web.ahead import views as ahead
from tongxin.web.board import views as board
from tongxin.web.contacts import due
from tongxin.web.contacts import views as contacts
from tongxin.web.design import views as design
from tongxin.web.duties import views as duties
from tongxin.web.editorial import views as editorial
from tongxin.web.exchange import views as exchange
from tongxin.web.feeds import views as feeds
from tongxin.web.figures import views as figures
from tongxin.web.health import views as health
from tongxin.web.hooks import views as hooks
from tongxin.web.information import views as information
from tongxin.web.library import blanks, checking, dictionary, drafts, papers, reports, tasks, yearly
from tongxin.web.library import views as library
from tongxin.web.matters import papers as matter_papers
from tongxin.web.matters import views as matters
from tongxin.web.memberships import views as memberships
from tongxin.web.mine import views as mine
from tongxin.web.notices import views as notice_pages
from tongxin.web.organizations import views as organizations
from tongxin.web.passes import views as passes
from tongxin.web.proposals import views as proposals
from tongxin.web.register import views as register
from tongxin.web.requests import views as requests
from tongxin.web.roster import erasure
from tongxin.web.roster import views as roster
from tongxin.web.roster_import import views as roster_import
from tongxin.web.rulebook import views as rulebook
from tongxin.web.session import tokens
from tongxin.web.session import views as session
from tongxin.web.statistics import views as statistics
from tongxin.web.terms import views as terms
from tongxin.web.today import views as today
from tongxin.web.upward import views as upward
from tongxin.web.venues import views as venues
from tongxin.web.voice import views as voice

urlpatterns: list[URLPattern | URLResolver] = [
    path("", today.today, name="today"),
    path("weekly/", notice_pages.weekly, name="weekly"),
    # 落实情况
    path("board/", board.board, name="board"),
    path("board/compare/", board.compare_board, name="compare_board"),
    path("board/export/", board.export_board, name="export_board"),
    path("board/brief/", board.brief, name="brief"),
    path("board/changed/<uuid:uid>/", board.changed_by, name="changed_by"),
    path("inquiries/<uuid:uid>/answer/", board.answer_inquiry, name="answer_inquiry"),
    path("rulings/<uuid:uid>/withdraw/", board.withdraw_ruling, name="withdraw_ruling"),
    # 展望
    path("board/calendar/", ahead.due_calendar, name="due_calendar"),
    path("board/plan/", ahead.year_proposal, name="year_proposal"),
    # 重点任务、学习篇目
    path("board/tasks/", duties.key_tasks, name="key_tasks"),
    path("board/tasks/add/", duties.add_key_task, name="add_key_task"),
    path("board/tasks/<uuid:uid>/link/", duties.link_key_task, name="link_key_task"),
    path("board/texts/", duties.study_texts, name="study_texts"),
    # 上下联动
    path("board/sets/", exchange.requirement_sets, name="requirement_sets"),
    path("board/sets/issue/", exchange.issue_set, name="issue_set"),
    path("board/sets/receive/", exchange.receive_file, name="receive_file"),
    path("board/sets/<uuid:uid>/", exchange.requirement_set, name="requirement_set"),
    path("board/sets/<uuid:uid>/decide/", exchange.decide_on_set, name="decide_on_set"),
    path("board/sets/<uuid:uid>/publish/", exchange.publish_set, name="publish_set"),
    path("board/sets/<uuid:uid>/download/", exchange.download_set, name="download_set"),
    # 制度要求
    path("board/provisions/", rulebook.provisions, name="provisions"),
    path("board/provisions/own/", rulebook.own_provision, name="own_provision"),
    path("board/provisions/<str:code>/", rulebook.provision, name="provision"),
    path("board/provisions/<str:code>/adopt/", rulebook.adopt_provision, name="adopt_provision"),
    path("board/provisions/<str:code>/end/", rulebook.end_provision, name="end_provision"),
    path("board/<str:key>/", board.finding, name="finding"),
    path("board/<str:key>/rule/", board.rule_on, name="rule_on"),
    path("board/<str:key>/extend/", board.extend_limit, name="extend_limit"),
    path("board/<str:key>/ask/", board.ask_unit, name="ask_unit"),
    # 名册
    path("roster/", roster.roster, name="roster"),
    path("roster/organizations/", roster.organizations, name="organizations"),
    path("roster/organizations/found/", organizations.found_organization, name="found_organization"),
    path("roster/organizations/<uuid:uid>/rename/", organizations.rename_organization, name="rename_organization"),
    path("roster/organizations/<uuid:uid>/move/", organizations.move_organization, name="move_organization"),
    path(
        "roster/organizations/<uuid:uid>/dissolve/", organizations.dissolve_organization, name="dissolve_organization"
    ),
    path("roster/organizations/<uuid:uid>/correct/", organizations.correct_organization, name="correct_organization"),
    path("roster/organizations/<uuid:uid>/", roster.organization, name="organization"),
    path("roster/corrections/", roster.corrections, name="corrections"),
    path("roster/corrections/<uuid:uid>/", roster.decide_correction, name="decide_correction"),
    path("roster/people/<uuid:uid>/", roster.person, name="person"),
    path("roster/people/enter/", memberships.enter_person, name="enter_person"),
    path("roster/people/<uuid:uid>/timeline/", memberships.person_timeline, name="person_timeline"),
    path("roster/people/<uuid:uid>/enrol/", memberships.enrol_person, name="enrol_person"),
    path("roster/people/<uuid:uid>/affiliation/", memberships.state_affiliation, name="state_affiliation"),
    path("roster/memberships/<uuid:uid>/leave/", memberships.leave_membership, name="leave_membership"),
    path("roster/memberships/<uuid:uid>/transfer/", memberships.transfer_membership, name="transfer_membership"),
    path("roster/people/<uuid:uid>/correct/", memberships.correct_person, name="correct_person"),
    path("roster/memberships/<uuid:uid>/correct/", memberships.correct_membership, name="correct_membership"),
    path("roster/affiliations/<uuid:uid>/correct/", memberships.correct_affiliation, name="correct_affiliation"),
    path("roster/organizations/<uuid:uid>/papers/", organizations.organization_papers, name="organization_papers"),
    path("roster/organizations/papers/<uuid:uid>/", organizations.organization_paper, name="organization_paper"),
    path(
        "roster/organizations/papers/<uuid:uid>/detach/",
        organizations.detach_organization_paper,
        name="detach_organization_paper",
    ),
    path("roster/organizations/<uuid:uid>/timeline/", memberships.organization_timeline, name="organization_timeline"),
    path("roster/placements/", statistics.placements, name="placements"),
    path("roster/placements/<str:code>/", statistics.place, name="place"),
    # 名册导入、导出
    path("roster/import/", roster_import.roster_import, name="roster_import"),
    path("roster/import/plan/", roster_import.plan_roster, name="plan_roster"),
    path("roster/import/<uuid:token>/", roster_import.roster_plan, name="roster_plan"),
    path("roster/import/<uuid:token>/decide/", roster_import.decide_roster, name="decide_roster"),
    path("roster/import/<uuid:token>/apply/", roster_import.apply_roster, name="apply_roster"),
    path("roster/export/", roster_import.export_roster, name="export_roster"),
    # 换届
    path("roster/terms/", terms.terms, name="terms"),
    path("roster/terms/draft/", terms.draft_term, name="draft_term"),
    path("roster/terms/<uuid:uid>/", terms.term_draft, name="term_draft"),
    path("roster/terms/<uuid:uid>/preview/", terms.preview_draft, name="preview_draft"),
    path("roster/terms/<uuid:uid>/plan/", terms.plan_draft, name="plan_draft"),
    path("roster/terms/<uuid:uid>/quotas/", terms.set_draft_quotas, name="set_draft_quotas"),
    path("roster/terms/<uuid:uid>/seats/", terms.draft_seats, name="draft_seats"),
    path("roster/terms/<uuid:uid>/admit/", terms.admit_names, name="admit_names"),
    path("roster/terms/<uuid:uid>/names/", terms.draft_names, name="draft_names"),
    path("roster/terms/<uuid:uid>/list/", terms.draft_list, name="draft_list"),
    path("roster/terms/<uuid:uid>/list/download/", terms.download_draft_list, name="download_draft_list"),
    path("roster/terms/<uuid:uid>/close/", terms.close_draft_version, name="close_draft_version"),
    path("roster/terms/<uuid:uid>/withdraw/", terms.withdraw_draft, name="withdraw_draft"),
    path("roster/terms/<uuid:uid>/open/", terms.open_term, name="open_term"),
    # 统计
    path("statistics/", statistics.statistics, name="statistics"),
    path("statistics/coverage/", statistics.unit_coverage, name="unit_coverage"),
    path("statistics/below/", statistics.published_below, name="published_below"),
    path("statistics/publish/<uuid:uid>/file/", statistics.export_counts, name="export_counts"),
    path("statistics/below/receive/", statistics.receive_counts, name="receive_counts"),
    path("statistics/publish/", statistics.publish_counts, name="publish_counts"),
    path("statistics/export/", statistics.export_statistics, name="export_statistics"),
    # 联系
    path("contacts/", contacts.contacts, name="contacts"),
    path("contacts/assign/", contacts.assign_contact, name="assign_contact"),
    path("contacts/proposal/", contacts.contact_proposal, name="contact_proposal"),
    path("contacts/proposal/apply/", contacts.apply_contacts, name="apply_contacts"),
    path("contacts/<uuid:uid>/end/", contacts.end_contact, name="end_contact"),
    path("roster/people/<uuid:uid>/erase/", erasure.erase_person, name="erase_person"),
    # 活动
    path("activities/", activities.activities, name="activities"),
    path("activities/appraisals/", life.appraisals, name="appraisals"),
    path("activities/home/", life.home_life, name="home_life"),
    path("activities/counts/", handouts.work_counts, name="work_counts"),
    path("activities/handbook/", handouts.handbook, name="handbook"),
    path("activities/study/", handouts.study_ledger, name="study_ledger"),
    path("activities/duty/<uuid:uid>/", handouts.duty_file, name="duty_file"),
    path("mine/duty/", handouts.own_duty_file, name="own_duty_file"),
    path("mine/notices/", notice_pages.mail_choice, name="mail_choice"),
    path("mine/calendar/", feeds.own_feed, name="own_feed"),
    path("roster/organizations/<uuid:uid>/calendar/", feeds.unit_feed, name="unit_feed"),
    path("feeds/<str:token>.ics", feeds.feed, name="feed"),
    path("roster/organizations/<uuid:uid>/branch/", branches.group_branch, name="group_branch"),
    path("activities/<uuid:uid>/branch/", handouts.temporary_branch, name="temporary_branch"),
    path("activities/<uuid:uid>/practice/", handouts.approve_practice, name="approve_practice"),
    path("activities/<uuid:uid>/appraisal/", handouts.count_appraisal, name="count_appraisal"),
    path("activities/<uuid:uid>/calendar/", feeds.activity_file, name="activity_file"),
    path("activities/<uuid:uid>/notice/file/", handouts.notice_file, name="notice_file"),
    path("activities/<uuid:uid>/minutes/<str:form>/file/", handouts.minutes_file, name="minutes_file"),
    path("contacts/due/", due.contacts_due, name="contacts_due"),
    path("contacts/due/<uuid:uid>/record/", due.record_contact, name="record_contact"),
    path("contacts/due/<uuid:uid>/show/", due.show_contact, name="show_contact"),
    path("activities/plan/", plans.plan, name="plan"),
    path("activities/calendar/", plans.activity_calendar, name="activity_calendar"),
    path("activities/invitations/", notices.invitations, name="invitations"),
    path("activities/<uuid:uid>/move/", plans.move_activity, name="move_activity"),
    path("activities/<uuid:uid>/study/matter/", plans.join_study_matter, name="join_study_matter"),
    path("activities/<uuid:uid>/study/", plans.join_study, name="join_study"),
    path("activities/<uuid:uid>/notice/slips/", notices.notice_slips, name="notice_slips"),
    path("activities/<uuid:uid>/notice/", notices.notice, name="notice"),
    path("activities/<uuid:uid>/answer/", notices.answer_notice, name="answer_notice"),
    path("activities/<uuid:uid>/leave/", notices.decide_leave, name="decide_leave"),
    path("activities/record/", activities.record_activity, name="record_activity"),
    path("activities/<uuid:uid>/", activities.activity, name="activity"),
    path("activities/<uuid:uid>/cancel/", activities.cancel_activity, name="cancel_activity"),
    path("activities/<uuid:uid>/correct/", activities.correct_activity, name="correct_activity"),
    path("activities/<uuid:uid>/hold/", activities.hold_activity, name="hold_activity"),
    path("activities/<uuid:uid>/minutes/<str:form>/", minutes.minutes, name="minutes"),
    path("activities/<uuid:uid>/minutes/<str:form>/warnings/", minutes.minutes_warnings, name="minutes_warnings"),
    path("activities/<uuid:uid>/minutes/<str:form>/comment/", minutes.comment_minutes, name="comment_minutes"),
    path("activities/comments/<uuid:uid>/answer/", minutes.answer_comment, name="answer_comment"),
    path("activities/<uuid:uid>/task/", minutes.decide_task, name="decide_task"),
    # 参会登记
    path("activities/<uuid:uid>/register/", register.register, name="register"),
    path("activities/<uuid:uid>/register/save/", register.mark_register, name="mark_register"),
    path("activities/<uuid:uid>/register/lines/", register.register_lines, name="register_lines"),
    path("activities/<uuid:uid>/register/marks/", register.register_marks, name="register_marks"),
    path("activities/<uuid:uid>/register/history/", register.register_history, name="register_history"),
    path("activities/<uuid:uid>/register/paper/", register.register_paper, name="register_paper"),
    path("activities/<uuid:uid>/register/stations/", register.register_stations, name="register_stations"),
    path("activities/<uuid:uid>/register/badges/", register.badges, name="badges"),
    path("activities/<uuid:uid>/register/print/", register.print_register, name="print_register"),
    path("activities/<uuid:uid>/register/export/", register.export_register, name="export_register"),
    path("activities/<uuid:uid>/register/hall/", register.hall, name="hall"),
    # 邮件送达
    path("administration/deliveries/", notice_pages.deliveries, name="deliveries"),
    path("administration/deliveries/returned/", notice_pages.enter_return, name="enter_return"),
    path("administration/deliveries/<uuid:uid>/", notice_pages.decide_delivery, name="decide_delivery"),
    path("administration/addresses/<uuid:uid>/", notice_pages.try_address, name="try_address"),
    path("stations/<uuid:uid>/revoke/", register.revoke_station, name="revoke_station"),
    path("door/<str:token>/", register.station, name="station"),
    path("door/<str:token>/lines/", register.station_lines, name="station_lines"),
    path("door/<str:token>/marks/", register.station_marks, name="station_marks"),
    path("screen/<str:token>/", register.screen, name="screen"),
    # 事项
    path("matters/", matters.matters, name="matters"),
    path("matters/open/", matters.open_matter, name="open_matter"),
    path("matters/sheet/", matters.matters_sheet, name="matters_sheet"),
    path("matters/views/", matters.keep_view, name="keep_view"),
    path("matters/notices/", matters.notices, name="matter_notices"),
    path("matters/workflows/", matters.workflows, name="workflows"),
    path("matters/workflows/<str:kind>/", matters.set_workflow, name="set_workflow"),
    path("matters/papers/<uuid:uid>/", matters.matter_paper, name="matter_paper"),
    path("matters/<uuid:uid>/", matters.matter, name="matter"),
    path("matters/<uuid:uid>/assign/", matters.assign_matter, name="assign_matter"),
    path("matters/<uuid:uid>/return/", matters.return_matter, name="return_matter"),
    path("matters/<uuid:uid>/papers/", matters.attach_paper, name="attach_paper"),
    path("matters/<uuid:uid>/forms/<slug:code>/", matter_papers.matter_form, name="matter_form"),
    path("matters/<uuid:uid>/order/", matters.order_task, name="order_task"),
    path("matters/<uuid:uid>/step/", matters.take_step, name="take_step"),
    # 请示报告
    path("matters/upward/", upward.upward, name="upward"),
    path("matters/upward/emergency/", upward.report_emergency, name="report_emergency"),
    path("matters/upward/decisions/", upward.decisions, name="decisions"),
    path("matters/upward/decisions/minor/", upward.mark_minor, name="mark_minor"),
    path("matters/upward/decisions/<uuid:uid>/", upward.prove_decision, name="prove_decision"),
    # 党员委员认领的事项
    path("matters/volunteered/", matters.volunteered, name="volunteered"),
    # 审稿
    path("matters/editorial/", editorial.editorial, name="editorial"),
    path("matters/editorial/begin/", editorial.begin_manuscript, name="begin_manuscript"),
    path("matters/editorial/log/", editorial.publication_log, name="publication_log"),
    path("matters/editorial/log/sheet/", editorial.publication_sheet, name="publication_sheet"),
    path("matters/editorial/log/<uuid:uid>/down/", editorial.take_down, name="take_down"),
    path("matters/editorial/signed/<uuid:uid>/", editorial.signed_paper, name="signed_paper"),
    path("matters/editorial/notes/<uuid:uid>/", editorial.settle_note, name="settle_note"),
    path("matters/editorial/<uuid:uid>/", editorial.manuscript, name="manuscript"),
    path("matters/editorial/<uuid:uid>/step/", editorial.review_manuscript, name="review_manuscript"),
    path("matters/editorial/<uuid:uid>/edit/", editorial.edit_manuscript, name="edit_manuscript"),
    path("matters/editorial/<uuid:uid>/versions/", editorial.manuscript_versions, name="manuscript_versions"),
    path("matters/editorial/<uuid:uid>/notes/", editorial.annotate, name="annotate"),
    path("matters/editorial/<uuid:uid>/hold/", editorial.hold_manuscript, name="hold_manuscript"),
    path("matters/editorial/<uuid:uid>/links/", editorial.review_links, name="review_links"),
    path("matters/editorial/<uuid:uid>/sign/", editorial.sign_manuscript, name="sign_manuscript"),
    path("matters/editorial/<uuid:uid>/publish/", editorial.publish_manuscript, name="publish_manuscript"),
    # 阵地
    path("matters/outlets/", venues.outlets, name="outlets"),
    path("matters/outlets/enter/", venues.enter_outlet, name="enter_outlet"),
    path("matters/outlets/faults/<uuid:uid>/", venues.mend_fault, name="mend_fault"),
    path("matters/outlets/<uuid:uid>/", venues.outlet, name="outlet"),
    path("matters/outlets/<uuid:uid>/edit/", venues.edit_outlet, name="edit_outlet"),
    path("matters/outlets/<uuid:uid>/check/", venues.check_outlet, name="check_outlet"),
    path("matters/outlets/<uuid:uid>/close/", venues.close_outlet, name="close_outlet"),
    # 社情民意信息
    path("information/write/", information.write_information, name="write_information"),
    path("information/<uuid:uid>/edit/", information.edit_information, name="edit_information"),
    path("information/<uuid:uid>/send/", information.send_information, name="send_information"),
    path("information/<uuid:uid>/fate/", information.tell_fate, name="tell_fate"),
    # 提案
    path("proposals/write/", proposals.write_proposal, name="write_proposal"),
    path("proposals/help/", proposals.proposal_help, name="proposal_help"),
    path("proposals/cosign/", proposals.cosign_list, name="cosign_list"),
    path("proposals/cosign/<uuid:uid>/", proposals.answer_cosign, name="answer_cosign"),
    path("proposals/figures/", proposals.proposal_figures, name="proposal_figures"),
    path("proposals/promises/", proposals.promises, name="promises"),
    path("proposals/<uuid:uid>/", proposals.proposal, name="proposal"),
    path("proposals/<uuid:uid>/draft/", proposals.proposal_draft, name="proposal_draft"),
    path("proposals/<uuid:uid>/merge/", proposals.merge_matter, name="merge_matter"),
    path("proposals/<uuid:uid>/opinion/", proposals.give_opinion, name="give_opinion"),
    path("proposals/<uuid:uid>/reply/", proposals.reply_proposal, name="reply_proposal"),
    path("proposals/<uuid:uid>/assess/", proposals.assess_proposal, name="assess_proposal"),
    path("proposals/<uuid:uid>/key/", proposals.set_key, name="set_key"),
    path("proposals/<uuid:uid>/pass/", proposals.issue_pass, name="issue_pass"),
    path("proposals/assessments/<uuid:uid>/show/", proposals.show_assessment, name="show_assessment"),
    path("passes/<uuid:uid>/revoke/", proposals.revoke_pass, name="revoke_pass"),
    path("pass/<str:token>/", passes.matter_pass, name="matter_pass"),
    path("pass/<str:token>/papers/<uuid:uid>/", passes.pass_paper, name="pass_paper"),
    # 文库
    path("library/", library.library, name="library"),
    path("library/upload/", library.upload_document, name="upload_document"),
    path("library/<uuid:uid>/", library.document, name="document"),
    path("library/<uuid:uid>/compare/", checking.compare_document, name="compare_document"),
    path("library/<uuid:uid>/proofread/", checking.proofread_document, name="proofread_document"),
    path("library/<uuid:uid>/paper/", papers.official_document, name="official_document"),
    path("library/<uuid:uid>/tasks/", tasks.task_table, name="task_table"),
    path("library/<uuid:uid>/tasks/settle/", tasks.settle_tasks, name="settle_tasks"),
    path("library/<uuid:uid>/tasks/issue/", exchange.issue_tasks, name="issue_tasks"),
    path("library/draft/", drafts.new_draft, name="new_draft"),
    path("library/<uuid:uid>/terms/", papers.set_terms, name="set_document_terms"),
    path("library/<uuid:uid>/standing/", reports.standing, name="standing"),
    path("library/<uuid:uid>/standing/keep/", reports.keep_standing, name="keep_standing"),
    path("library/<uuid:uid>/versions/", reports.versions, name="versions"),
    path("library/<uuid:uid>/edit/", drafts.edit_draft, name="edit_draft"),
    path("library/duties/", tasks.duties, name="duties"),
    path("library/duties/set/", tasks.set_duties, name="set_duties"),
    path("library/blanks/", blanks.blanks, name="blanks"),
    path("library/blanks/take-in/", blanks.take_in, name="take_in_blank"),
    path("library/blanks/<uuid:uid>/", blanks.blank, name="blank"),
    path("library/blanks/<uuid:uid>/map/", blanks.map_cell, name="map_cell"),
    path("library/blanks/<uuid:uid>/fill/", blanks.fill, name="fill_blank"),
    path("library/blanks/<uuid:uid>/retire/", blanks.retire, name="retire_blank"),
    path("library/fills/<uuid:uid>/", blanks.blank_fill, name="blank_fill"),
    path("library/reports/<str:kind>/", yearly.yearly, name="yearly"),
    path("library/reports/<str:kind>/keep/", yearly.keep_yearly, name="keep_yearly"),
    path("library/dictionary/", dictionary.dictionary, name="dictionary"),
    path("library/dictionary/add/", dictionary.add_expression, name="add_expression"),
    path("library/dictionary/seed/", dictionary.approve_seed, name="approve_seed"),
    path("library/dictionary/import/", dictionary.import_expressions, name="import_expressions"),
    path("library/dictionary/<uuid:uid>/end/", dictionary.end_expression, name="end_expression"),
    path("library/<uuid:uid>/trace/", library.trace, name="trace"),
    path("library/<uuid:uid>/source/", library.confirm_source, name="confirm_source"),
    path("library/<uuid:uid>/lines/", library.restore_line, name="restore_line"),
    path("library/requirements/<uuid:uid>/", library.decide_requirement, name="decide_requirement"),
    path("library/requirements/<uuid:uid>/edit/", library.edit_requirement, name="edit_requirement"),
    path("library/repairs/<uuid:uid>/", library.decide_repair, name="decide_repair"),
    path("library/places/<uuid:uid>/", library.fill_place, name="fill_place"),
    path("library/places/<uuid:uid>/choose/", library.choose_figure, name="choose_figure"),
    # 数据
    path("figures/", figures.figures, name="figures"),
    path("figures/check/", figures.papers_to_check, name="papers_to_check"),
    path("figures/<path:code>/", figures.figure, name="figure"),
    # 我的信息, the account
    path("mine/", mine.mine, name="mine"),
    path("mine/corrections/", mine.propose_correction, name="propose_correction"),
    path("mine/corrections/<uuid:uid>/withdraw/", mine.withdraw_correction, name="withdraw_correction"),
    path("mine/objections/", mine.object_to, name="object_to"),
    path("mine/download/", mine.download_mine, name="download_mine"),
    # 来件: what people ask of the office
    path("requests/", requests.requests, name="requests"),
    path("requests/objections/<uuid:uid>/", requests.objection, name="objection"),
    # 意见建议
    path("suggestions/", voice.suggestions, name="suggestions"),
    path("suggestions/<uuid:uid>/answer/", voice.answer_suggestion, name="answer_suggestion"),
    path("account/", session.account, name="account"),
    path("account/no-password/", session.no_password, name="account_set_password"),
    path("account/sessions/end/", session.end_other_sessions, name="end_other_sessions"),
    path("account/tokens/", tokens.tokens, name="tokens"),
    path("account/tokens/<uuid:uid>/end/", tokens.end_token, name="end_token"),
    path("account/sessions/<uuid:uid>/end/", session.end_session, name="end_session"),
    path("account/grants/<uuid:uid>/delegate/", session.delegate, name="delegate"),
    path("account/grants/<uuid:uid>/take-back/", session.take_back, name="take_back"),
    path("account/office/", session.switch_office, name="switch_office"),
    path("account/large-type/", session.large_type, name="large_type"),
    # 管理
    path("design/", design.design, name="design"),
    path("administration/", administration.administration, name="administration"),
    path("administration/grants/<uuid:uid>/revoke/", administration.revoke_grant, name="revoke_grant"),
    path("administration/audit/", administration.audit_book, name="audit_book"),
    path("administration/retention/", administration.retention, name="retention"),
    path("administration/export/", administration.export_office, name="export_office"),
    path("administration/export/download/", administration.download_office, name="download_office"),
    path("administration/webhooks/", hooks.hooks, name="hooks"),
    path("administration/webhooks/<uuid:uid>/", hooks.settle_hook, name="settle_hook"),
    path("administration/second-factor/", accounts.second_factor, name="second_factor"),
    path("administration/accounts/", accounts.accounts, name="accounts"),
    path("administration/accounts/invite/", accounts.invite, name="invite"),
    path("administration/accounts/<uuid:uid>/", accounts.account_of, name="account_of"),
    path("administration/accounts/<uuid:uid>/grant/", accounts.grant_to, name="grant_to"),
    path("administration/accounts/<uuid:uid>/person/", accounts.link_account, name="link_account"),
    path("administration/accounts/<uuid:uid>/link/", accounts.issue_link, name="issue_link"),
    path("administration/accounts/<uuid:uid>/switch/", accounts.switch_account, name="switch_account"),
    path("invitation/<str:token>/", accounts.invitation, name="invitation"),
    # 运行状况
    path("health/alive/", health.alive, name="alive"),
    path("health/ready/", health.ready, name="ready"),
    path("health/metrics/", health.counts, name="metrics"),
]
