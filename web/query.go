package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cuntu/cuntu/layers/cql2"

	"github.com/cuntu/cuntu/layers"
)

// query reads a request's parameters and gathers all that is wrong with them,
// unknown and repeated ones included, so that a caller learns everything at once.
type query struct {
	values url.Values
	known  []string
	wrong  layers.Faults
}

func newQuery(r *http.Request) *query {
	values, err := url.ParseQuery(r.URL.RawQuery)
	q := &query{values: values}
	if err != nil {
		q.refuse("query string", "must be URL-encoded as name=value&name=value")
	}
	return q
}

func (q *query) refuse(name, detail string) {
	q.wrong = append(q.wrong, layers.Fault{Part: name, Detail: detail})
}

// text is the parameter's value; ok is false where it is absent or empty.
func (q *query) text(name string) (value string, ok bool) {
	q.known = append(q.known, name)
	all := q.values[name]
	if len(all) > 1 {
		q.refuse(name, "may be given once")
	}
	if len(all) == 0 || all[0] == "" {
		return "", false
	}
	return all[0], true
}

// required is text that must be there.
func (q *query) required(name, what string) string {
	v, ok := q.text(name)
	if !ok {
		q.refuse(name, "is required: "+what)
	}
	return v
}

// whole is a whole number between low and high, or fallback.
func (q *query) whole(name string, low, high, fallback int) int {
	v, ok := q.text(name)
	if !ok {
		return fallback
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < low || n > high {
		q.refuse(name, fmt.Sprintf("%q is not a whole number from %d to %d", v, low, high))
		return fallback
	}
	return n
}

// choice is one of the allowed values, the first being the default.
func (q *query) choice(name string, allowed ...string) string {
	v, ok := q.text(name)
	if !ok {
		return allowed[0]
	}
	if !slices.Contains(allowed, v) {
		q.refuse(name, fmt.Sprintf("%q is not one of %s", v, strings.Join(allowed, ", ")))
		return allowed[0]
	}
	return v
}

// Years that may be asked for.
const firstYear, lastYear = 1900, 2100

// year is the parameter year; the present one where it is not given.
func (q *query) year() int { return q.whole("year", firstYear, lastYear, time.Now().Year()) }

// filter is the parameter filter, a condition in CQL2 text; nil where there is none.
func (q *query) filter() *cql2.Expr {
	text, ok := q.text("filter")
	if !ok {
		return nil
	}
	e, err := cql2.Parse(text)
	if err != nil {
		q.refuse("filter", err.Error())
	}
	return e
}

// done is nil, or all that is wrong.
func (q *query) done() error {
	for name := range q.values {
		if !slices.Contains(q.known, name) {
			q.refuse(name, "is not a parameter here: "+allowedNames(q.known))
		}
	}
	if len(q.wrong) == 0 {
		return nil
	}
	slices.SortStableFunc(q.wrong, func(a, b layers.Fault) int { return strings.Compare(a.Part, b.Part) })
	return badRequest(q.wrong...)
}

func allowedNames(names []string) string {
	if len(names) == 0 {
		return "there are none"
	}
	return "allowed are " + strings.Join(names, ", ")
}
