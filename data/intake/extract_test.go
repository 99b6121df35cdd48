package intake_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/intake"
	"github.com/cuntu/cuntu/layers"
)

// extract is a road from one county of the office into the other, and two places.
const extract = `<?xml version="1.0"?>
<osm version="0.6">
  <node id="1" lat="33.8" lon="109.8"/>
  <node id="2" lat="33.8" lon="109.95"/>
  <node id="3" lat="33.8" lon="110.2"/>
  <node id="4" lat="33.71" lon="109.71"><tag k="place" v="village"/><tag k="name" v="夜村镇"/></node>
  <node id="5" lat="33.75" lon="109.75"><tag k="place" v="hamlet"/><tag k="name" v="无名村"/></node>
  <way id="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="tertiary"/><tag k="surface" v="asphalt"/></way>
</osm>`

func extractFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "region.osm")
	if err := os.WriteFile(path, []byte(extract), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAnExtractIsCutCreditedAndTakenBack(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		path := extractFile(t)
		report, err := o.Import(t.Context(), path, intake.Options{Mapping: intake.Mapping{Layer: "road"}, ClipArea: "611002"}, "", nil)
		if err != nil || report.Added != 1 {
			t.Fatalf("%+v, %v", report, err)
		}
		after := o.state().features
		for _, f := range after["road"] {
			if line := f.Geometry.(orb.LineString); len(line) != 3 || line[2] != (orb.Point{110, 33.8}) {
				t.Errorf("the road is %v", line)
			}
		}
		if _, err := o.Import(t.Context(), path, intake.Options{Mapping: intake.Mapping{Layer: "town"}}, "", nil); err != nil {
			t.Fatal(err)
		}
		if at := o.get("town", "611002101", "geometry"); at != (orb.Point{109.71, 33.71}) {
			t.Errorf("夜村镇 lies at %v", at)
		}
		credited(t, o, "road,town")
		if _, err := o.Undo(t.Context(), report.Import.ID, "", nil); err != nil {
			t.Fatal(err)
		}
		if n := len(o.state().features["road"]); n != 0 {
			t.Errorf("%d roads are left", n)
		}
		credited(t, o, "road,town")
	})
}

// credited fails unless one dataset names OpenStreetMap for the layers.
func credited(t *testing.T, o *office, ids string) {
	t.Helper()
	l, _ := o.Catalog.Layer("dataset")
	sets := o.state().features["dataset"]
	for _, f := range sets {
		text := func(field string) string { return f.Values[l.Field(field)].Text() }
		if !strings.Contains(text("source"), "OpenStreetMap contributors") || text("licence") != "ODbL 1.0" || text("layers") != ids {
			t.Errorf("%v", f.Values)
		}
	}
	if len(sets) != 1 {
		t.Errorf("%d datasets", len(sets))
	}
}

func TestWhatCutsAnExtractIsChecked(t *testing.T) {
	o := inFile(t)
	square, err := intake.ReadClip([]byte(
		`{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[109,33],[110,33],[110,34],[109,33]]]}}`,
	))
	if err != nil {
		t.Fatal(err)
	}
	ledger := filepath.Join(t.TempDir(), "road.geojson")
	line := `{"type":"Feature","properties":{"class":"县道"},"geometry":{"type":"LineString","coordinates":[[109.8,33.8],[109.9,33.8]]}}`
	if err := os.WriteFile(ledger, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	road := intake.Mapping{Layer: "road"}
	for want, c := range map[string]struct {
		path string
		o    intake.Options
	}{
		"the store has 611002, 611021":     {extractFile(t), intake.Options{Mapping: road, ClipArea: "611003"}},
		"give one of them":                 {extractFile(t), intake.Options{Mapping: road, ClipArea: "611002", Clip: square}},
		"cuts extracts of OpenStreetMap":   {ledger, intake.Options{Mapping: road, ClipArea: "611002"}},
		"line 1: road.x: no such key":      {extractFile(t), intake.Options{Mapping: intake.Mapping{Layer: "road", Tags: "road: {x: 1}"}}},
		"are those of OpenStreetMap; the ": {ledger, intake.Options{Mapping: intake.Mapping{Layer: "road", Tags: "road: {split: false}"}}},
	} {
		_, err := o.Check(t.Context(), c.path, c.o, nil)
		var wrong layers.Faults
		if !errors.As(err, &wrong) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	report, err := o.Check(t.Context(), extractFile(t), intake.Options{Mapping: road, Clip: square}, nil)
	if err != nil || report.Added != 1 {
		t.Errorf("%+v, %v", report, err)
	}
}
