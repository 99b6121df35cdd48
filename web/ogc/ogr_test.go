package ogc_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb/geojson"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/trial"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/web/ogc"
)

// GDAL reads collections whole, page by page, filtered and by a box: names and places are those of the snapshot.
func TestGDALReadsWhatIsThere(t *testing.T) {
	w := newWorld(t)
	server := httptest.NewServer(w.router)
	t.Cleanup(server.Close)
	layers := []string{"village", "site", "target"}
	if everything := trial.Part(10) == 10; everything {
		layers = w.snap.Catalog.IDs()
	}
	for _, layer := range layers {
		compareOGR(t, w.snap, server.URL, layer, "TRUE")
	}
	const condition = "county = '611026' AND population > 1000"
	compareOGR(t, w.snap, server.URL, "village", condition, "-where", condition)
	compareOGR(
		t, w.snap, server.URL, "road", "S_INTERSECTS(geometry, BBOX(109.9, 33.8, 110, 33.9))", "-spat", "109.9", "33.8", "110", "33.9",
	)
}

// compareOGR holds what ogr2ogr reads of a layer against the rows of which a condition holds.
func compareOGR(t *testing.T, snap *snapshot.Snapshot, url, layer, condition string, args ...string) {
	t.Helper()
	if _, err := exec.LookPath("ogr2ogr"); err != nil {
		t.Fatal("ogr2ogr is missing: run `make test`, which installs it")
	}
	args = append(args, "-f", "GeoJSONSeq", "-lco", "COORDINATE_PRECISION=9", "-oo", "PAGE_SIZE=300", "/vsistdout/")
	args = append(args, "OAPIF:"+url+ogc.Root, layer)
	var problems bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "ogr2ogr", args...)
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v: %s", cmd, err, &problems)
	}
	var got, want []string
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		got = append(got, spelled(t, lines.Bytes()))
	}
	table, _ := snap.Table(layer)
	match := matcher(t, table, condition)
	for row := range table.Rows {
		if match(row) {
			want = append(want, fmt.Sprint(table.Get(row, "name"), " ", table.Get(row, "code"), " ", table.Shape(row).Points))
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if len(want) == 0 || !slices.Equal(got, want) {
		t.Errorf("%s where %s: GDAL reads %d features, there are %d, or they are others", layer, condition, len(got), len(want))
	}
}

// spelled is a feature's name, code and places on the grid.
func spelled(t *testing.T, line []byte) string {
	t.Helper()
	var f struct {
		Geometry   json.RawMessage
		Properties map[string]any
	}
	if err := json.Unmarshal(bytes.TrimPrefix(line, []byte{0x1e}), &f); err != nil {
		t.Fatal(err)
	}
	var shape geo.Shape
	if string(f.Geometry) != "null" {
		g, err := geojson.UnmarshalGeometry(f.Geometry)
		if err != nil {
			t.Fatal(err)
		}
		if shape, err = geo.NewShape(g.Geometry()); err != nil {
			t.Fatal(err)
		}
	}
	property := func(name string) string {
		if v := f.Properties[name]; v != nil {
			return fmt.Sprint(v)
		}
		return ""
	}
	return strings.Join([]string{property("name"), property("code"), fmt.Sprint(shape.Points)}, " ")
}
