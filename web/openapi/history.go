package openapi

import (
	"net/http"
	"reflect"

	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/web/history"
)

func historyOperations() []operation {
	text := func(name, zh, en string) question.Param { return param(name, question.Text, zh, en) }
	number := func(name, zh, en string, low, high float64) question.Param {
		p := param(name, question.Whole, zh, en)
		p.Low, p.High = low, high
		return p
	}
	params := []question.Param{
		text("layer", "只要这些图层，以逗号分隔。", "Only these layers, separated by commas."),
		text("area", "只要这个区域：任一级的区划代码。", "Only this area: a division code of any level."),
		text("actor", "只要此人所改。", "Only what this person changed."),
		text("origin", "只要这一来源：page、api、import、command、restore 或 outside。",
			"Only what came this way: page, api, import, command, restore or outside."),
		text("batch", "只要这一批，如导入的编号。", "Only this batch, such as an import's id."),
		text("since", "从此时刻或日期起。", "From this time or day on."), text("until", "到此时刻或日期止。", "Up to this time or day."),
		number("limit", "最多列出几项。", "How many to list at most.", 1, 1000),
		number("after", "接着上一页的 next。", "Where the list goes on: next of the page before.", 0, 1<<53),
	}
	of := func(answer any, o operation) operation {
		o.answer = reflect.TypeOf(answer)
		return o
	}
	return []operation{
		of(history.List{}, with(append([]question.Param{
			text("id", "只要这个要素：编号或代码，须给一个图层；并带上位置。", "Only this feature, by id or code, of one layer; with geometries."),
			number("writing", "只要这次写入。", "Only what was written in this one go.", 0, 1<<53),
		}, params...), get("/api/history", "history", "history", "Changes, the newest first", asJSON))),
		of(history.Writings{}, with(params,
			get("/api/history/writings", "writings", "history", "Changes counted by what was written in one go", asJSON))),
		of(history.Restored{}, operation{
			method: http.MethodPost, path: "/api/history/restore", id: "restore", tag: "history", body: asJSON, media: asJSON,
			title: "Put changes back, or tell what that would change",
		}),
	}
}
