package features

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// TimeField is the field that says when a feature of the layer is: the year of its completion, or a day; -1 where there
// is none.
func TimeField(l *layers.Layer) int {
	if l.Works != nil {
		return l.Field(l.Works.Year)
	}
	for i := range l.Fields {
		if l.Fields[i].Type == layers.TypeDate {
			return i
		}
	}
	return -1
}

// Interval is from which day to which the features of a table are; false where none says when it is.
func Interval(t *snapshot.Table) (first, last string, ok bool) {
	field := TimeField(t.Layer)
	if field < 0 {
		return "", "", false
	}
	low, high := layers.Null, layers.Null
	for row := range t.Rows {
		v := t.Value(row, field)
		switch {
		case v.IsNull():
			continue
		case low.IsNull():
			low, high = v, v
		case compareValues(v, low) < 0:
			low = v
		case compareValues(v, high) > 0:
			high = v
		}
	}
	if low.IsNull() {
		return "", "", false
	}
	first, _ = days(low)
	_, last = days(high)
	return first + "T00:00:00Z", last + "T23:59:59Z", true
}

// TimeOf is from which day to which a feature is; false where it does not say so.
func TimeOf(t *snapshot.Table, row uint32) (interval [2]string, ok bool) {
	field := TimeField(t.Layer)
	if field < 0 {
		return interval, false
	}
	v := t.Value(row, field)
	if v.IsNull() {
		return interval, false
	}
	interval[0], interval[1] = days(v)
	return interval, true
}

// days are the first and the last day of a value of a time field.
func days(v layers.Value) (first, last string) {
	if v.Kind() == layers.TextKind {
		return v.Text(), v.Text()
	}
	return fmt.Sprintf("%04d-01-01", v.Int()), fmt.Sprintf("%04d-12-31", v.Int())
}

// openEnd stands for no end of an interval, as nothing at all does.
const openEnd = ".."

// When is the condition, in CQL2 text, that features of a layer are in a time as the parameter datetime has it (OGC
// 17-069r4, 7.15.4): an instant, or two with / between them, either of which may be open. Features that do not say when
// they are match; "" is for layers of which none says so.
func When(l *layers.Layer, text string) (string, error) {
	from, to, isInterval := strings.Cut(text, "/")
	if !isInterval {
		to = from
	}
	first, err := instant(from, isInterval)
	if err != nil {
		return "", err
	}
	last, err := instant(to, isInterval)
	if err != nil {
		return "", err
	}
	if !first.IsZero() && !last.IsZero() && first.After(last) {
		return "", fmt.Errorf("%q ends before it begins", text)
	}
	field := TimeField(l)
	if field < 0 {
		return "", nil
	}
	f := l.Fields[field]
	value := func(at time.Time) string {
		if f.Type == layers.TypeYear {
			return fmt.Sprint(at.Year())
		}
		return "'" + at.Format(time.DateOnly) + "'"
	}
	condition := f.ID + " IS NULL"
	var bounds []string
	if !first.IsZero() {
		bounds = append(bounds, f.ID+" >= "+value(first))
	}
	if !last.IsZero() {
		bounds = append(bounds, f.ID+" <= "+value(last))
	}
	return condition + " OR " + cmp.Or(strings.Join(bounds, " AND "), "TRUE"), nil
}

// instant is a time or a day; zero for the open end of an interval.
func instant(text string, mayBeOpen bool) (time.Time, error) {
	if mayBeOpen && (text == "" || text == openEnd) {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf(
		"%q is not a time such as 2018-06-30T12:00:00Z, a day such as 2018-06-30, or two of them with / between, "+
			"either of which may be .. for no end", text,
	)
}
