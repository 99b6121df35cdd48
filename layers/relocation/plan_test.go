package relocation

import (
	"strings"
	"testing"
)

func TestTheBuiltInClassesAreRead(t *testing.T) {
	c := DefaultClasses()
	for people, want := range map[float64]string{1: "small", 300: "small", 301: "medium", 5000: "large"} {
		if got := c.Of(people).ID; got != want {
			t.Errorf("%v people are %s, want %s", people, got, want)
		}
	}
}

func TestWrongClassesAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		"classes: [{id: a, max_people: 5}]":               "must take any number",
		"classes: [{id: a}, {id: b}]":                     "must grow",
		"classes: [{id: a, facilities: [palace]}]":        "palace",
		"m2_person: {value: 0}":                           "m2_person",
		"cost_wan: {base: {value: -1}}":                   "cost_wan.base",
		"cost_wan: {facilities: {clinic: {value: .inf}}}": "clinic",
		"sizes: []": "sizes",
	} {
		if _, err := ParseClasses(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want something with %q", text, err, want)
		}
	}
}
