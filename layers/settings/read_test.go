package settings_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/cuntu/cuntu/layers/settings"
)

type quantity struct {
	Value  float64 `yaml:"value"`
	Source string  `yaml:"source"`
}

type criterion struct {
	ID     string   `yaml:"id"`
	Weight int      `yaml:"weight"`
	Max    *float64 `yaml:"max"`
	Curve  [][2]float64
}

type sheet struct {
	People quantity            `yaml:"people"`
	Costs  map[string]quantity `yaml:"costs"`
	List   []criterion         `yaml:"criteria" merge:"id"`
	Names  []string            `yaml:"names"`
	On     bool                `yaml:"on"`
	own    int
}

func defaults() sheet {
	most := 30.
	return sheet{
		People: quantity{500, "the plan"},
		Costs:  map[string]quantity{"clinic": {30, "a guess"}},
		List:   []criterion{{"near", 3, &most, [][2]float64{{0, 100}}}, {"far", 1, nil, nil}},
		Names:  []string{"a", "b"},
		own:    7,
	}
}

func TestAFileChangesOnlyWhatItSays(t *testing.T) {
	for file, change := range map[string]func(*sheet){
		"":                   func(*sheet) {},
		"# nothing to say":   func(*sheet) {},
		"people: {value: 7}": func(s *sheet) { s.People.Value = 7 },
		"costs: {school: {value: 400, source: x}, clinic: {value: 31}}": func(s *sheet) {
			s.Costs["school"], s.Costs["clinic"] = quantity{400, "x"}, quantity{31, "a guess"}
		},
		"criteria: [{id: near, max: null}, {id: new, weight: 2, curve: [[1, 2]]}]": func(s *sheet) {
			s.List[0].Max = nil
			s.List = append(s.List, criterion{"new", 2, nil, [][2]float64{{1, 2}}})
		},
		"names: [c]": func(s *sheet) { s.Names = []string{"c"} },
		"names: []":  func(s *sheet) { s.Names = []string{} },
		"on: true":   func(s *sheet) { s.On = true },
		"people: &p {value: 7}\ncosts: {school: *p}": func(s *sheet) {
			s.People.Value, s.Costs["school"] = 7, quantity{Value: 7}
		},
	} {
		got, want := defaults(), defaults()
		change(&want)
		if err := settings.Read(strings.NewReader(file), &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, not %+v; %v", file, got, want, err)
		}
	}
}

func TestListsAndMapsOfTheDefaultsAreNotWrittenTo(t *testing.T) {
	first := defaults()
	second := first
	file := "criteria: [{id: near, weight: 9}]\ncosts: {clinic: {value: 1}}"
	if err := settings.Read(strings.NewReader(file), &second); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(first, defaults()) {
		t.Errorf("%+v", first)
	}
}

func TestErrorsNameLineKeyAndWhatIsAllowed(t *testing.T) {
	for file, want := range map[string]string{
		"poeple: 1":                           "line 1: poeple: no such key; allowed are people, costs, criteria, names, on",
		"on: true\npeople: {vaule: 1}":        "line 2: people.vaule: no such key; allowed are value, source",
		"people: 1":                           "line 1: people: must be a mapping of keys to values",
		"- 1":                                 "must be a mapping",
		"people: {value: 1, value: 2}":        "line 1: people.value: is given twice",
		"people:\n  value: many":              `line 2: people.value: "many" is not a number`,
		"criteria: [{id: near, weight: 1.5}]": `criteria.weight: "1.5" is not a whole number`,
		"criteria: [{id: near, max: x}]":      `criteria.max: "x" is not a number`,
		"criteria: [{id: near, curve: [1]}]":  "line 1: criteria.curve: ",
		"criteria: [{weight: 1}]":             "line 1: criteria: a member needs its id",
		"criteria: {id: near}":                "line 1: criteria: must be a list",
		"costs: {clinic: {worth: 1}}":         "costs.clinic.worth: no such key",
		"on: maybe":                           `"maybe" is not true or false`,
		"on: true\n---\non: false":            "more than one document",
		"on: [":                               "yaml: line 1",
	} {
		got := defaults()
		if err := settings.Read(strings.NewReader(file), &got); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, not %s", file, err, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, file := range []string{
		"people: {value: 7}",
		"criteria: [{id: near, max: null}]",
		"costs: {school: &a {value: 1}, x: *a}",
		"a: &a [*a]",
	} {
		f.Add(file)
	}
	f.Fuzz(func(t *testing.T, file string) {
		got := defaults()
		if err := settings.Read(strings.NewReader(file), &got); err != nil {
			return
		}
		again := got
		err := settings.Read(strings.NewReader(file), &again)
		same := reflect.DeepEqual(got, again) || strings.Contains(strings.ToLower(file), "nan") // which is not itself
		if err != nil || !same {
			t.Errorf("read twice %q gives %+v, then %+v; %v", file, got, again, err)
		}
	})
}
