package question

import (
	"fmt"
	"strings"

	"github.com/cuntu/cuntu/layers"
)

func parseColumn(declared string) Column {
	rest, brief := strings.CutPrefix(declared, "*")
	rest, terminal := strings.CutPrefix(rest, "!")
	head, titles, ok := strings.Cut(rest, " ")
	zh, en, both := strings.Cut(titles, " | ")
	id, kind, typed := strings.Cut(head, ":")
	if !typed {
		kind = string(layers.TypeText)
	}
	c := Column{ID: id, Type: layers.FieldType(kind), Title: layers.Words{Zh: zh, En: en}, Brief: brief || terminal, Terminal: terminal}
	switch c.Type {
	case layers.TypeText, layers.TypeInt, layers.TypeFloat, layers.TypeBool:
	default:
		ok = false
	}
	if !ok || !both || id == "" {
		panic(fmt.Sprintf("question: column %q is not \"id:type 中文 | English\"", declared))
	}
	return c
}
