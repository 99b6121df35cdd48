package question_test

import (
	"context"
	"errors"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/question"
)

// town is the world that is asked about.
type town struct{}

type shared struct {
	Year int `min:"1900" max:"2100" zh:"年份" en:"The year."`
}

type ask struct {
	Shop string `one:"@shops" default:"bread" zh:"哪家店" en:"Which shop."`
	shared
	BudgetKm *float64  `min:"0" zh:"预算" en:"The budget."`
	Steps    []float64 `min:"1" max:"60" most:"3" zh:"步" en:"The steps."`
	Names    []string  `one:"a,b" zh:"名" en:"The names."`
	Open     bool      `zh:"营业" en:"Whether it is open."`
	Text     string    `name:"q" most:"5" zh:"文字" en:"A text."`
	Place    string    `in:"path" required:"a place" zh:"地方" en:"A place."`
}

// Faults refuses a shop that has burnt down.
func (a ask) Faults(w town) (wrong layers.Faults) {
	if a.Shop == "fire" {
		wrong.Add("shop", "has burnt down")
	}
	return wrong
}

func echo() *question.Question[town] {
	return question.New(question.Name{ID: "echo", Path: "/echo/{place}"}, []string{question.JSON, question.CSV},
		func(_ context.Context, _ town, a ask) (ask, error) { return a, nil })
}

func choices(name string) []string {
	return map[string][]string{"shops": {"bread", "milk", "fire"}}[name]
}

func read(t *testing.T, query string) (any, error) {
	t.Helper()
	values, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	asked, err := echo().Read(town{}, choices, map[string]string{"place": "here"}, values, nil)
	if err != nil {
		return nil, err
	}
	return asked.Ask(t.Context(), town{})
}

func TestParametersAreReadByTheirDeclarations(t *testing.T) {
	half := .5
	for query, want := range map[string]ask{
		"":                              {Shop: "bread", Place: "here"},
		"shop=milk&year=2017&open=true": {Shop: "milk", shared: shared{2017}, Open: true, Place: "here"},
		"budget_km=0.5&steps=1,%202.5":  {Shop: "bread", BudgetKm: &half, Steps: []float64{1, 2.5}, Place: "here"},
		"names=b,a&q=abc&year=":         {Shop: "bread", Names: []string{"b", "a"}, Text: "abc", Place: "here"},
	} {
		got, err := read(t, query)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v; want %+v", query, got, err, want)
		}
	}
}

func TestAllThatIsWrongIsToldAtOnceWithWhatIsAllowed(t *testing.T) {
	for query, says := range map[string][]string{
		"shop=x&year=17&moon=1": {
			`shop: "x" is not one of bread, milk, fire`,
			`year: "17" is not a whole number from 1900 to 2100`,
			"moon: is not a parameter here: allowed are shop, year",
		},
		"year=2017&year=2018": {"year: may be given once"},
		"year=2017.5":         {`"2017.5" is not a whole number`},
		"budget_km=-1":        {`"-1" is not a number of 0 or more`},
		"budget_km=NaN":       {`"NaN" is not a number`},
		"steps=1,x":           {`steps: "x" is not a number from 1 to 60`},
		"steps=1,2,3,4":       {"steps: has 4 items; 3 are allowed"},
		"names=c":             {`names: "c" is not one of a, b`},
		"open=perhaps":        {`open: "perhaps" is not true or false`},
		"q=abcdef":            {"q: may have 5 bytes"},
		"f=pdf":               {`f: "pdf" is not one of json, csv`},
		"place=there":         {"place: is not a parameter here"},
		"shop=fire&f=pdf":     {"shop: has burnt down", "f: "},
	} {
		_, err := read(t, query)
		wrong, ok := errors.AsType[layers.Faults](err)
		if !ok {
			t.Errorf("%s: %v", query, err)
			continue
		}
		for _, word := range says {
			if !strings.Contains(wrong.Error(), word) {
				t.Errorf("%s: no %q in %v", query, word, wrong)
			}
		}
	}
}

// failing is a body that breaks off.
type failing struct{ error }

func (f failing) Read([]byte) (int, error) { return 0, f.error }

func TestABodyIsReadAndItsReaderMayFail(t *testing.T) {
	type body struct {
		Body struct {
			N int `json:"n"`
		} `in:"body" shape:"{\"n\": number}"`
	}
	q := question.New(question.Name{ID: "body", Method: "POST", Path: "/body"}, []string{question.JSON},
		func(_ context.Context, _ town, b body) (int, error) { return b.Body.N, nil })
	asked, err := q.Read(town{}, nil, nil, nil, strings.NewReader(`{"n": 7}`))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := asked.Ask(t.Context(), town{}); err != nil || got != 7 {
		t.Errorf("%v %v", got, err)
	}
	for _, text := range []string{`{"m": 7}`, `[`, `{"n": "x"}`, ``} {
		_, err := q.Read(town{}, nil, nil, nil, strings.NewReader(text))
		if err == nil || !strings.Contains(err.Error(), `body: must be JSON: {"n": number}`) {
			t.Errorf("%s: %v", text, err)
		}
	}
	broken := errors.New("broken off")
	if _, err := q.Read(town{}, nil, nil, nil, failing{broken}); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}

func TestAParameterWithoutHelpInBothTonguesIsAMistake(t *testing.T) {
	defer func() {
		if p := recover(); p == nil || !strings.Contains(p.(string), "both tongues") {
			t.Errorf("%v", p)
		}
	}()
	type mute struct {
		Year int `en:"The year."`
	}
	question.New(question.Name{ID: "mute"}, []string{question.JSON}, func(_ context.Context, _ town, m mute) (mute, error) { return m, nil })
}

type counting struct {
	To int `min:"0" max:"9" zh:"数到几。" en:"How far to count."`
}

func TestWhatTakesLongIsCheckedFirstAndTellsHowFarItIs(t *testing.T) {
	q := question.NewLong(question.Name{ID: "count", Path: "/count", Job: "counting"}, []string{question.JSON},
		func(_ context.Context, _ town, ask counting) (question.Work[int], error) {
			if ask.To == 0 {
				return question.Work[int]{}, layers.NewFault("to", "is nothing to count")
			}
			return question.Work[int]{Long: ask.To > 3, Do: func(_ context.Context, tell func(question.Step)) (int, error) {
				tell(question.Step{Done: 1, Total: int64(ask.To)})
				return ask.To, nil
			}}, nil
		})
	for to, long := range map[string]bool{"2": false, "5": true} {
		asked, err := q.Read(town{}, nil, nil, url.Values{"to": {to}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		work, err := asked.Begin(t.Context(), town{})
		if err != nil || work.Long != long {
			t.Fatalf("%s: long %v, %v", to, work.Long, err)
		}
		var last question.Step
		got, err := work.Do(t.Context(), func(s question.Step) { last = s })
		if err != nil || strconv.Itoa(got.(int)) != to || last.Done != 1 || strconv.FormatInt(last.Total, 10) != to {
			t.Errorf("%s: %v %v, told %+v", to, got, err, last)
		}
	}
	asked, err := q.Read(town{}, nil, nil, url.Values{"to": {"0"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := asked.Ask(t.Context(), town{}); err == nil || err.Error() != "to: is nothing to count" {
		t.Errorf("nothing to count: %v", err)
	}
}
