package storetest

import (
	"encoding/binary"
	"fmt"
	"log/slog"
	"math"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
)

// Spoil is the way of other programs into what backs a store, which no constraint
// bars.
type Spoil struct {
	// Exec runs a statement, in which a layer's table goes by its id alone.
	Exec func(sql string)
	// Geometry is a geometry in the words of such a statement.
	Geometry func(wkb []byte) string
	// Infinite is the number that is, likewise.
	Infinite string
}

// RunSpoilt has another program write each kind of row that a layer cannot hold,
// and follows what a server makes of it: it goes on, without that row alone, says
// which and why, and takes it in once it is mended. backing makes an empty store
// for the catalogue.
func RunSpoilt(t *testing.T, backing func(t *testing.T, c *layers.Catalog) (Open, Spoil)) {
	c := layers.Builtin()
	open, other := backing(t, c)
	s := &setting{open: open, catalog: c}
	store := s.store(t)
	apply(t, store, spoilable(s)...)
	served := follows(t, s, store)
	served.until(t, "all is good", func() string { return served.lacks(nil) })

	for _, bad := range spoilts(other) {
		t.Run(bad.name, func(t *testing.T) {
			other.Exec(fmt.Sprintf("UPDATE %s SET %s = %s WHERE id = %d", bad.layer, bad.column, bad.value, bad.id))
			served.until(t, "it is left out", func() string { return served.lacks(&bad) })
			anew := follows(t, s, s.store(t))
			anew.until(t, "it is left out of a load", func() string { return anew.lacks(&bad) })
			if n := found(t, store); n != 1 {
				t.Errorf("%d rows are found to be left out", n)
			}
			other.Exec(fmt.Sprintf("UPDATE %s SET %s = %s WHERE id = %d", bad.layer, bad.column, bad.good, bad.id))
			served.until(t, "it is mended", func() string { return served.lacks(nil) })
			anew.until(t, "it is mended in another server", func() string { return anew.lacks(nil) })
		})
	}
	t.Run("a row that comes in bad", func(t *testing.T) { testBornBad(t, served, other) })
	t.Run("every row of a layer", func(t *testing.T) { testAllBad(t, served, other) })
}

func testBornBad(t *testing.T, served *served, other Spoil) {
	born := spoilt{layer: "village", id: 9, field: "exit_status", reason: data.NotAllowed}
	other.Exec("INSERT INTO village (id, code, name, exit_status) VALUES (9, '611002001009', '新村', 'maybe')")
	served.size["village"]++
	served.until(t, "it is left out", func() string { return served.lacks(&born) })
	if out := served.live.LeftOut(10); out[0].Code != "611002001009" || out[0].Name != "新村" {
		t.Errorf("it is told as %+v", out)
	}
	other.Exec("UPDATE village SET exit_status = NULL WHERE id = 9")
	served.until(t, "it comes in", func() string { return served.lacks(nil) })
	other.Exec("UPDATE village SET exit_status = 'perhaps' WHERE id = 9")
	served.until(t, "it goes out", func() string { return served.lacks(&born) })
	served.size["village"]--
	other.Exec("DELETE FROM village WHERE id = 9")
	served.until(t, "nobody counts what is deleted", func() string { return served.lacks(nil) })
}

func testAllBad(t *testing.T, served *served, other Spoil) {
	n := served.size["village"]
	other.Exec("UPDATE village SET insured_rate = 1000")
	served.until(t, "all are left out", func() string {
		table, _ := served.live.Snapshot().Table("village")
		if table.Len() > 0 || served.live.CountLeftOut()["village"] != n {
			return fmt.Sprintf("%d are served, %v left out", table.Len(), served.live.CountLeftOut())
		}
		return ""
	})
	if got := served.live.LeftOut(2); len(got) != 2 || got[0].ID != 1 || got[1].ID != 2 {
		t.Errorf("the first two are %v", got)
	}
	other.Exec("UPDATE village SET insured_rate = NULL")
	served.until(t, "all are in again", func() string { return served.lacks(nil) })
}

// spoilt is a good row and what makes it one that its layer cannot hold.
type spoilt struct {
	name        string
	layer       string
	id          int64
	column      string
	value, good string // in SQL
	field       string
	reason      data.Reason
}

var (
	here  = orb.Point{110, 33.5}
	flow  = orb.LineString{{110, 33}, {110.5, 33.2}, {111, 34}}
	limit = orb.Polygon{{{110, 33}, {111, 33}, {111, 34}, {110, 33}}}
)

func spoilts(other Spoil) []spoilt {
	at := func(name, layer string, bad []byte, good orb.Geometry, reason data.Reason) spoilt {
		return spoilt{name, layer, 2, "geom", other.Geometry(bad), other.Geometry(wkb.MustMarshal(good)), "geometry", reason}
	}
	place := func(name string, lon, lat float64) spoilt {
		return at(name, "village", wkb.MustMarshal(orb.Point{lon, lat}), here, data.OffEarth)
	}
	value := func(name, layer, field, bad string, reason data.Reason) spoilt {
		return spoilt{name, layer, 2, field, bad, "NULL", field, reason}
	}
	bent := orb.LineString{{110, 33}, {math.NaN(), 33.2}, {111, 34}}
	code := value("a code of two digits", "village", "code", "'61'", data.NotAllowed)
	code.good = "'611002001002'"
	return []spoilt{
		at("a line for a point", "village", wkb.MustMarshal(flow), here, data.WrongGeometry),
		at("a point for a line", "river", wkb.MustMarshal(here), flow, data.WrongGeometry),
		at("a collection", "village", wkb.MustMarshal(orb.Collection{here}), here, data.WrongGeometry),
		at("a polygon with curves", "county", curvePolygon(limit[0]), limit, data.WrongGeometry),
		place("longitude 200", 200, 33), place("longitude -180.1", -180.1, 33),
		place("latitude 95", 110, 95), place("latitude -90.1", 110, -90.1),
		place("longitude NaN", math.NaN(), 33), place("latitude infinite", 110, math.Inf(1)),
		place("longitude less than all", math.Inf(-1), 33),
		at("a line with NaN in it", "river", wkb.MustMarshal(bent), flow, data.OffEarth),
		at("a line that leaves the Earth", "river", wkb.MustMarshal(orb.LineString{{179, 33}, {181, 33}}), flow, data.OffEarth),
		value("a choice that is none", "village", "exit_status", "'maybe'", data.NotAllowed),
		value("a list with an item that is none", "site", "facilities", "'school,casino'", data.NotAllowed),
		value("a share above all", "village", "insured_rate", "101", data.NotAllowed),
		value("fewer than none", "village", "population", "-1", data.NotAllowed),
		value("a year long past", "village", "exit_year", "1800", data.NotAllowed),
		value("an infinite number", "village", "elevation", other.Infinite, data.Unreadable),
		code,
	}
}

// curvePolygon is WKB of a type that no layer has: PostGIS and QGIS draw arcs with it.
func curvePolygon(ring orb.Ring) []byte {
	b := binary.LittleEndian.AppendUint32([]byte{1}, 10)
	b = binary.LittleEndian.AppendUint32(b, 1)
	return append(b, wkb.MustMarshal(orb.LineString(ring))...)
}

// spoilable are three good rows of each layer that is spoilt.
func spoilable(s *setting) []layers.Edit {
	var edits []layers.Edit
	add := func(layer string, id int64, g orb.Geometry, values map[string]string) {
		l, _ := s.catalog.Layer(layer)
		f := layers.Feature{Geometry: g, Values: make([]layers.Value, len(l.Fields))}
		for field, v := range values {
			f.Values[l.Field(field)] = layers.Text(v)
		}
		edits = append(edits, put(layer, id, f))
	}
	for id := int64(1); id <= 3; id++ {
		add("county", id, limit, map[string]string{"code": fmt.Sprintf("61100%d", id), "name": "县"})
		add("village", id, here, map[string]string{"code": fmt.Sprintf("61100200100%d", id), "name": "村"})
		add("site", id, here, map[string]string{"name": "点"})
		add("river", id, flow, map[string]string{"name": "河"})
	}
	return edits
}

// served is a snapshot that follows a store.
type served struct {
	live *data.Live
	size map[string]int // of each layer, were all its rows good
}

func follows(t *testing.T, s *setting, store data.Store) *served {
	live := data.NewLive(store, s.catalog, slog.New(slog.DiscardHandler))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = live.Run(t.Context()) // ends with the test
	}()
	t.Cleanup(func() { <-ended })
	return &served{live, map[string]int{"county": 3, "village": 3, "site": 3, "river": 3}}
}

// lacks says what is not so of a server that is in step and has left out one row, or none.
func (s *served) lacks(bad *spoilt) string {
	if state := s.live.State(); !state.Loaded || !state.Connected {
		return fmt.Sprintf("the state is %+v", state)
	}
	out, counts := s.live.LeftOut(10), s.live.CountLeftOut()
	for layer, want := range s.size {
		table, _ := s.live.Snapshot().Table(layer)
		if bad != nil && bad.layer == layer {
			want--
		}
		if table.Len() != want {
			return fmt.Sprintf("%d of %s are served, not %d; left out: %v", table.Len(), layer, want, out)
		}
	}
	if bad == nil {
		if len(out) > 0 || len(counts) > 0 {
			return fmt.Sprintf("left out: %v, %v", counts, out)
		}
		return ""
	}
	table, _ := s.live.Snapshot().Table(bad.layer)
	if _, there := table.Find(bad.id); there {
		return "it is served"
	}
	if len(out) != 1 || len(counts) != 1 || counts[bad.layer] != 1 ||
		out[0].Layer != bad.layer || out[0].ID != bad.id || out[0].Field != bad.field || out[0].Reason != bad.reason || out[0].Detail == "" {
		return fmt.Sprintf("left out: %v, %+v", counts, out)
	}
	return ""
}

func (s *served) until(t *testing.T, what string, lacks func() string) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for lacks() != "" {
		if time.Now().After(deadline) {
			t.Fatalf("it does not come to pass that %s: %s", what, lacks())
		}
		time.Sleep(time.Millisecond)
	}
}

func found(t *testing.T, store data.Store) int {
	t.Helper()
	n := 0
	if err := data.FindLeftOut(t.Context(), store, func(data.LeftOut) { n++ }); err != nil {
		t.Fatal(err)
	}
	return n
}
