package osm

import (
	"strconv"
	"strings"

	"github.com/paulmach/osm"

	"github.com/cuntu/cuntu/data/files/record"
)

// keeps tells whether an element is kept, and the tag that decides: one that says no before one that says yes. For an
// element of another subject, such as a house for the roads, no tag decides.
func (r *Rules) keeps(tags osm.Tags) (kept bool, by osm.Tag) {
	subject := tags.FindTag(r.Keep[0].Tag)
	if subject == nil {
		return false, osm.Tag{}
	}
	by = *subject
	for _, c := range r.Keep {
		tag := tags.FindTag(c.Tag)
		if tag == nil {
			continue
		}
		if yes, _, named := lookUp(c.Values, tag.Value); named && !yes {
			return false, *tag
		} else if named && !kept {
			kept, by = true, *tag
		}
	}
	return kept, by
}

// values are an element's fields. The tally counts what became of its tags.
func (r *Rules) values(tags osm.Tags, count *tally) []any {
	values := make([]any, len(r.Fields))
	for i := range r.Fields {
		f := &r.Fields[i]
		values[i] = f.value(tags, count)
	}
	return values
}

func (f *Field) value(tags osm.Tags, count *tally) any {
	var seen osm.Tag // the last that gave nothing
	looks := false
	for _, s := range f.From {
		looks = looks || len(s.Values) > 0
		tag := tags.FindTag(s.Tag)
		if tag == nil || tag.Value == "" {
			continue
		}
		switch {
		case s.Text:
			return tag.Value
		case s.Number:
			if n, ok := leadingNumber(tag.Value); ok {
				return n
			}
			continue
		}
		value, by, named := lookUp(s.Values, tag.Value)
		if value != "" {
			count.set(f.Field, value, osm.Tag{Key: s.Tag, Value: by})
			return value
		}
		if named {
			seen = *tag
		}
	}
	if looks {
		count.set(f.Field, "", seen)
	}
	return nil
}

// leadingNumber is the number that a text begins with, in metres: 3.5, "3.5 m", but not 12'.
func leadingNumber(text string) (float64, bool) {
	number, unit, _ := strings.Cut(strings.TrimSpace(text), " ")
	if rest, ok := strings.CutSuffix(number, "m"); ok {
		number = rest
	} else if unit != "" && unit != "m" {
		return 0, false
	}
	n, err := strconv.ParseFloat(number, 64)
	return n, err == nil && !record.NoNumber(number)
}
