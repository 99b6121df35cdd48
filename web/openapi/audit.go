package openapi

import (
	"net/http"
	"reflect"

	"github.com/cuntu/cuntu/data/audit"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/web/witness"
)

// auditOperations are those of the audit log.
func auditOperations() []operation {
	on := func(path, id, title string, answer reflect.Type) operation {
		return operation{method: http.MethodGet, path: path, id: id, tag: "audit", title: title, media: asJSON, answer: answer}
	}
	text := func(name, zh, en string) question.Param { return param(name, question.Text, zh, en) }
	list := on("/api/audit", "audit", "What people did, and were refused, the latest first", reflect.TypeFor[witness.List]())
	limit := param("limit", question.Whole, "最多几行。", "How many lines at most.")
	after := param("after", question.Whole, "接着上一页的 next。", "What the page before gave as next.")
	limit.Low, limit.High, after.Low, after.High = 1, 1000, 0, 1<<53
	list.params = []question.Param{
		text("since", "从这一时刻或日期起。", "From this time or day on."), text("until", "到这一时刻或日期前。", "Before this time or day."),
		text("actor", "登录名或用户编号。", "A login, or a user's id."), text("verb", "行为，如 sign-in、export。", "A kind of act, such as sign-in or export."),
		text("outcome", "结果：done、refused 或 failed。", "How it ended: done, refused or failed."),
		text("q", "对象或说明里有这几个字。", "What stands in the object or detail."), limit, after,
	}
	log := on("/api/audit/log", "auditLog", "All acts and seals, a line of JSON each", nil)
	log.media = "application/x-ndjson"
	return []operation{
		list,
		on("/api/audit/verdict", "auditVerdict", "Whether the audit log is as it was", reflect.TypeFor[audit.Verdict]()),
		log,
	}
}
