// Package query reads the parameters of a request and tells all that is wrong with them at once. A request flows in, values
// and layers.Faults flow out; it answers nothing.
package query

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/cql2"
)

// Query reads a request's parameters and gathers all that is wrong with them,
// unknown and repeated ones included, so that a caller learns everything at once.
type Query struct {
	Values url.Values // as they were given
	known  []string
	wrong  layers.Faults
}

// New begins to read a request.
func New(r *http.Request) *Query {
	values, err := url.ParseQuery(r.URL.RawQuery)
	q := &Query{Values: values}
	if err != nil {
		q.Refuse("query string", "must be URL-encoded as name=value&name=value")
	}
	return q
}

// Refuse notes what is wrong with a parameter.
func (q *Query) Refuse(name, detail string) {
	q.wrong = append(q.wrong, layers.Fault{Part: name, Detail: detail})
}

// Text is the parameter's value; ok is false where it is absent or empty.
func (q *Query) Text(name string) (value string, ok bool) {
	q.known = append(q.known, name)
	all := q.Values[name]
	if len(all) > 1 {
		q.Refuse(name, "may be given once")
	}
	if len(all) == 0 || all[0] == "" {
		return "", false
	}
	return all[0], true
}

// Required is text that must be there.
func (q *Query) Required(name, what string) string {
	v, ok := q.Text(name)
	if !ok {
		q.Refuse(name, "is required: "+what)
	}
	return v
}

// Whole is a whole number between low and high, or fallback.
func (q *Query) Whole(name string, low, high, fallback int) int {
	v, ok := q.Text(name)
	if !ok {
		return fallback
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < low || n > high {
		q.Refuse(name, fmt.Sprintf("%q is not a whole number from %d to %d", v, low, high))
		return fallback
	}
	return n
}

// Choice is one of the allowed values, the first being the default.
func (q *Query) Choice(name string, allowed ...string) string {
	v, ok := q.Text(name)
	if !ok {
		return allowed[0]
	}
	if !slices.Contains(allowed, v) {
		q.Refuse(name, fmt.Sprintf("%q is not one of %s", v, strings.Join(allowed, ", ")))
		return allowed[0]
	}
	return v
}

// Years that may be asked for.
const FirstYear, LastYear = 1900, 2100

// Year is the parameter year; the present one where it is not given.
func (q *Query) Year() int { return q.Whole("year", FirstYear, LastYear, time.Now().Year()) }

// Filter is the parameter filter, a condition in CQL2 text; nil where there is none.
func (q *Query) Filter() *cql2.Expr {
	text, ok := q.Text("filter")
	if !ok {
		return nil
	}
	e, err := cql2.Parse(text)
	if err != nil {
		q.Refuse("filter", err.Error())
	}
	return e
}

// Done is nil, or the faults of all that is wrong.
func (q *Query) Done() error {
	for name := range q.Values {
		if !slices.Contains(q.known, name) {
			q.Refuse(name, "is not a parameter here: "+allowedNames(q.known))
		}
	}
	if len(q.wrong) == 0 {
		return nil
	}
	slices.SortStableFunc(q.wrong, func(a, b layers.Fault) int { return strings.Compare(a.Part, b.Part) })
	return q.wrong
}

func allowedNames(names []string) string {
	if len(names) == 0 {
		return "there are none"
	}
	return "allowed are " + strings.Join(names, ", ")
}
