"""Addresses of the pages, grouped by area."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from tongxin.web.activities import views as activities
from tongxin.web.administration import views as administration
from tongxin.web.board import views as board
from tongxin.web.library import views as library
from tongxin.web.matters import views as matters
from tongxin.web.mine import views as mine
from tongxin.web.roster import views as roster
from tongxin.web.session import views as session
from tongxin.web.today import views as today
from tongxin.web.voice import views as voice

urlpatterns: list[URLPattern | URLResolver] = [
    path("", today.today, name="today"),
    # 落实情况
    path("board/", board.board, name="board"),
    path("board/<str:key>/", board.finding, name="finding"),
    path("board/<str:key>/rule/", board.rule_on, name="rule_on"),
    path("rulings/<uuid:uid>/withdraw/", board.withdraw_ruling, name="withdraw_ruling"),
    # 名册
    path("roster/", roster.roster, name="roster"),
    path("roster/organizations/", roster.organizations, name="organizations"),
    path("roster/organizations/<uuid:uid>/", roster.organization, name="organization"),
    path("roster/coverage/", roster.coverage, name="coverage"),
    path("roster/corrections/", roster.corrections, name="corrections"),
    path("roster/corrections/<uuid:uid>/", roster.decide_correction, name="decide_correction"),
    path("roster/people/<uuid:uid>/", roster.person, name="person"),
    # 活动
    path("activities/", activities.activities, name="activities"),
    path("activities/record/", activities.record_activity, name="record_activity"),
    path("activities/<uuid:uid>/", activities.activity, name="activity"),
    path("activities/<uuid:uid>/register/", activities.mark_register, name="mark_register"),
    path("activities/<uuid:uid>/cancel/", activities.cancel_activity, name="cancel_activity"),
    # 事项
    path("matters/", matters.matters, name="matters"),
    path("matters/open/", matters.open_matter, name="open_matter"),
    path("matters/<uuid:uid>/", matters.matter, name="matter"),
    path("matters/<uuid:uid>/step/", matters.take_step, name="take_step"),
    # 文库
    path("library/", library.library, name="library"),
    path("library/upload/", library.upload_document, name="upload_document"),
    path("library/<uuid:uid>/", library.document, name="document"),
    path("library/<uuid:uid>/trace/", library.trace, name="trace"),
    path("library/<uuid:uid>/source/", library.confirm_source, name="confirm_source"),
    path("library/<uuid:uid>/lines/", library.restore_line, name="restore_line"),
    path("library/requirements/<uuid:uid>/", library.decide_requirement, name="decide_requirement"),
    path("library/repairs/<uuid:uid>/", library.decide_repair, name="decide_repair"),
    path("library/places/<uuid:uid>/", library.fill_place, name="fill_place"),
    # 我的信息, the account
    path("mine/", mine.mine, name="mine"),
    path("mine/corrections/", mine.propose_correction, name="propose_correction"),
    path("mine/corrections/<uuid:uid>/withdraw/", mine.withdraw_correction, name="withdraw_correction"),
    # 意见建议
    path("suggestions/", voice.suggestions, name="suggestions"),
    path("suggestions/<uuid:uid>/answer/", voice.answer_suggestion, name="answer_suggestion"),
    path("account/", session.account, name="account"),
    path("account/office/", session.switch_office, name="switch_office"),
    path("account/large-type/", session.large_type, name="large_type"),
    # 管理
    path("administration/", administration.administration, name="administration"),
    path("administration/grants/<uuid:uid>/revoke/", administration.revoke_grant, name="revoke_grant"),
    path("administration/audit/", administration.audit_book, name="audit_book"),
]
