"""The roles of the standard's processes, by the codes that flows name."""

from itsm.flow.words import Words

ROLES: dict[str, Words] = {
    "user": Words("Requester / end user", "使用者"),
    "reporter": Words("Reporter (person)", "通報者"),
    "system": Words("System (monitoring, e-mail, Celery)", "系統／自動通報"),
    "agent": Words("Service desk agent (1st line)", "服務台（一線）"),
    "engineer": Words("Second-line engineer", "二線工程師"),
    "incident_manager": Words("Incident manager / major-incident lead", "事故管理流程負責人"),
    "approver": Words("Business approver", "核准主管"),
    "change_requester": Words("Change requester", "變更申請人"),
    "change_manager": Words("Change manager (process owner)", "變更管理流程負責人"),
    "change_implementer": Words("Change implementer", "變更執行人"),
    "cab": Words("Change advisory board (member/chair)", "變更審核委員會"),
    "ecab": Words("Emergency change authority (ECAB / duty manager)", "緊急變更審核小組"),
    "transition_manager": Words("New/changed-service manager", "新服務暨服務異動管理流程負責人"),
    "release_requester": Words("Release requester", "發行與部署申請人"),
    "release_manager": Words("Release manager (process owner)", "發行與部署管理流程負責人"),
    "release_implementer": Words("Release implementer", "發行與部署執行人"),
    "problem_reporter": Words("Problem reporter", "問題通報者"),
    "problem_manager": Words("Problem manager (process owner)", "問題管理流程負責人"),
    "problem_handler": Words("Problem lead / problem analyst", "問題處理負責人／問題處理人員"),
    "brm": Words("Business relationship manager (process owner)", "營運關係管理流程負責人"),
    "review_board": Words("Service management review board", "服務管理審查委員會"),
    "service_owner": Words("Service owner", "服務負責人"),
    "slm": Words("Service level manager", "服務等級管理流程負責人"),
    "doc_controller": Words("Document controller", "文件管制人員"),
    "auditor": Words("Internal auditor", "內部稽核員"),
    "config_manager": Words("Configuration manager", "組態管理流程負責人"),
    "management_rep": Words("Management representative", "管理代表"),
}

#: Roles that follow from the record itself, never granted: who asked, who reported, who must approve, the machine.
RELATIONAL = frozenset({"user", "reporter", "approver", "system"})

#: Roles that may be granted to a person.
GRANTABLE = tuple(code for code in ROLES if code not in RELATIONAL)

#: Roles whose holders work at the desk's screens, beyond their own cases.
STAFF = frozenset(GRANTABLE)
