package web

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/cql2"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/layers/summary"
)

// SummaryFormats are the formats in which a SummaryAnswer can be had.
var SummaryFormats = []string{"json", "csv", "xlsx"}

// summarise answers /api/summary?layer=&by=&field=&breaks=&area=&year=&weight=&filter=: the
// fields of a layer rolled up by area. Villages have the states of coverage as of the year
// among their fields; of what is built, what is there by the year counts.
func (s *server) summarise(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	q := newQuery(r)
	format, condition := q.choice("f", SummaryFormats...), q.filter()
	year := q.whole("year", firstYear, lastYear, time.Now().Year())
	ask := summary.Ask{By: summary.By(q.choice("by", string(summary.ByCounty), string(summary.ByTown), string(summary.ByCity)))}
	ask.Area, _ = q.text("area")
	ask.Weight, _ = q.text("weight")
	fields, _ := q.text("field")
	breaks, _ := q.text("breaks")
	name, ok := q.text("layer")
	if !ok {
		name = service.MarkedLayer
	}
	t, ok := snap.Table(name)
	if !ok {
		q.refuse("layer", strconv.Quote(name)+" is not one of "+strings.Join(snap.Catalog.IDs(), ", "))
		return q.done()
	}
	layer := t.Layer.Whole()
	q.checkSummary(layer, &ask, fields, breaks, condition)
	if err := q.done(); err != nil {
		return err
	}
	key := fmt.Sprint(name, year, ask.By, ask.Area, ask.Weight, "?", fields, "?", breaks, "?", condition)
	areas, err := s.summaries.Get(snap, key, func() ([]summary.Area, error) {
		return s.rollUp(snap, name, year, ask, condition)
	})
	if err != nil {
		return err
	}
	answer := SummaryAnswer{Layer: layer, Year: year, Ask: ask, Areas: areas}
	return send(w, answer, format, fmt.Sprintf("summary-%s-%s-%d", name, ask.By, year))
}

// checkSummary completes an ask, or refuses what is wrong with it.
func (q *query) checkSummary(l *layers.Layer, ask *summary.Ask, fields, breaks string, condition *cql2.Expr) {
	var ids []string
	if fields != "" {
		ids = strings.Split(fields, ",")
	}
	var err error
	if ask.Columns, err = summary.Columns(l, ids); err != nil {
		q.refuse("field", err.Error())
	} else if breaks != "" {
		if err := summary.SetBreaks(ask.Columns, breaks); err != nil {
			q.refuse("breaks", err.Error())
		}
	}
	for name, err := range ask.Check(l) {
		q.refuse(name, err.Error())
	}
	if condition != nil {
		if _, err := condition.Bind(emptyTable(l)); err != nil {
			q.refuse("filter", err.Error())
		}
	}
}

// rollUp computes what the cache does not have. It is for whoever waits, and ends with no
// request's context.
func (s *server) rollUp(snap *snapshot.Snapshot, layer string, year int, ask summary.Ask, condition *cql2.Expr) ([]summary.Area, error) {
	t, _ := snap.Table(layer)
	if layer == service.MarkedLayer {
		states, err := s.coverage.Get(snap, s.roads, year)
		if err != nil {
			return nil, err
		}
		t, _ = coverage.WithMarks(snap, states).Table(layer)
	}
	standing := t.CompleteBy(year)
	var filter *cql2.Filter
	if condition != nil {
		var err error
		if filter, err = condition.Bind(t); err != nil {
			return nil, err
		}
	}
	ask.Keep = func(row uint32) bool {
		return (standing == nil || standing.Has(row)) && (filter == nil || filter.Match(row))
	}
	return summary.Compute(context.Background(), snap, t, ask)
}

// emptyTable has the layer's fields and no features: what a filter can be checked against.
func emptyTable(l *layers.Layer) *snapshot.Table {
	b := snapshot.NewBuilder(&layers.Catalog{Layers: []*layers.Layer{l}})
	t, _ := b.Snapshot().Table(l.ID)
	return t
}
