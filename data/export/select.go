package export

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/area"
	"github.com/cuntu/cuntu/layers/cql2"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// filters are what rows must pass. All that narrows is said in CQL2, so that an
// export holds what a filter of the same meaning shows elsewhere.
func (e *Export) filters(snap *snapshot.Snapshot, refuse func(part, format string, args ...any)) []*cql2.Filter {
	var all []*cql2.Filter
	add := func(part, text string) {
		expr, err := cql2.Parse(text)
		if err != nil {
			refuse(part, "%v", err)
			return
		}
		filter, err := expr.Bind(e.table)
		if err != nil {
			refuse(part, "%v", err)
			return
		}
		all = append(all, filter)
	}
	r, layer := e.request, e.table.Layer
	e.areas(snap, refuse)
	switch {
	case r.Year != 0 && (r.Year < 1900 || r.Year > 2100):
		refuse("year", "%d is not a year from 1900 to 2100", r.Year)
	case r.Year != 0 && layer.Works == nil && layer.Field("year") < 0:
		refuse("year", "layer %s does not say when its features are complete", r.Layer)
	case r.Year != 0 && layer.Works == nil:
		add("year", fmt.Sprintf("year <= %d OR year IS NULL", r.Year))
	case r.Year != 0:
		e.within = append(e.within, e.table.CompleteBy(r.Year).Has)
	}
	if r.BBox != "" {
		b, err := parseBBox(r.BBox)
		switch {
		case err != nil:
			refuse("bbox", "%v", err)
		case !layer.HasGeometry():
			refuse("bbox", "layer %s has no places", r.Layer)
		default:
			add("bbox", "S_INTERSECTS(geometry, BBOX("+b+"))")
		}
	}
	if r.Filter != "" {
		add("filter", r.Filter)
	}
	return all
}

// areas narrows to areas by their codes, and notes their names.
func (e *Export) areas(snap *snapshot.Snapshot, refuse func(part, format string, args ...any)) {
	r := e.request
	areas := area.Narrowing{Area: r.Area, County: r.County, Town: r.Town}
	if areas.None() {
		return
	}
	var wrong layers.Faults
	index := area.New(snap)
	if within := areas.Within(index, e.table, &wrong); within != nil {
		e.within = append(e.within, within)
	}
	for _, fault := range wrong {
		refuse(fault.Part, "%s; narrow it by bbox or filter", fault.Detail)
	}
	for _, code := range areas.Codes() {
		e.names = append(e.names, cmp.Or(index.Name(code), code))
	}
}

// parseBBox checks "west,south,east,north" in degrees and gives it in plain decimals.
func parseBBox(text string) (string, error) {
	wrong := fmt.Errorf("%q is not west,south,east,north in degrees, such as 109.8,33.7,110.1,34", text)
	words := strings.Split(text, ",")
	if len(words) != 4 {
		return "", wrong
	}
	var v [4]float64
	for i, word := range words {
		limit := []float64{180, 90}[i%2]
		var err error
		if v[i], err = strconv.ParseFloat(strings.TrimSpace(word), 64); err != nil || !(math.Abs(v[i]) <= limit) {
			return "", wrong
		}
		words[i] = strconv.FormatFloat(v[i], 'f', -1, 64)
	}
	if v[0] > v[2] || v[1] > v[3] {
		return "", wrong
	}
	return strings.Join(words, ","), nil
}

// rowsOf are the rows that pass every filter, by ascending id.
func rowsOf(t *snapshot.Table, filters []*cql2.Filter, within []func(row uint32) bool) []uint32 {
	type found struct {
		id  int64
		row uint32
	}
	var all []found
	take := func(row uint32) bool {
		outside := slices.ContainsFunc(within, func(in func(row uint32) bool) bool { return !in(row) })
		if !outside && !slices.ContainsFunc(filters, func(f *cql2.Filter) bool { return !f.Match(row) }) {
			all = append(all, found{t.ID(row), row})
		}
		return true
	}
	if n := slices.IndexFunc(filters, func(f *cql2.Filter) bool { return f.Box() != geo.World }); n >= 0 {
		t.Search(filters[n].Box(), take)
	} else {
		t.Rows(take)
	}
	slices.SortFunc(all, func(a, b found) int { return cmp.Compare(a.id, b.id) })
	rows := make([]uint32, len(all))
	for i, f := range all {
		rows[i] = f.row
	}
	return rows
}
