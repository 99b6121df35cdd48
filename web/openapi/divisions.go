package openapi

import (
	"net/http"
	"reflect"

	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/web/divisions"
)

func divisionOperations() []operation {
	limit := param("limit", question.Whole, "按名称找时最多几个。", "How many counties at most, by q.")
	limit.Low, limit.High = 1, 100
	list := with([]question.Param{
		param("parent", question.Text, "列出这个代码的下一级；不给则列出各省。", "List what is right below this code; the provinces if it is not given."),
		param("q", question.Text, "按名称、拼音、首字母或代码找县区。", "Find counties by name, pinyin, initials or code."),
		limit,
	}, get("/api/divisions", "divisions", "divisions", "The official divisions of China, by code or name", asJSON))
	list.answer = reflect.TypeFor[divisions.Answer]()
	return []operation{list, {
		method: http.MethodPost, path: "/api/divisions/{code}/take", id: "takeCounty", tag: "divisions",
		title: "Add a county with its towns and villages, without places", media: asJSON, answer: reflect.TypeFor[divisions.Taken](),
	}}
}
