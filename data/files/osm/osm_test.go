package osm_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/klauspost/compress/zlib"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	"github.com/peterstace/simplefeatures/geom"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/cuntu/cuntu/data/files"
	"github.com/cuntu/cuntu/data/files/read"
	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/geo"
)

// crossing is two roads that cross at node 3, a bridge over one of them, and what is no road.
const crossing = `<?xml version="1.0"?>
<osm version="0.6">
  <node id="1" lat="33.0" lon="110.0"/>
  <node id="2" lat="33.0" lon="110.2"/>
  <node id="3" lat="33.0" lon="110.1"/>
  <node id="4" lat="32.9" lon="110.1"/>
  <node id="5" lat="33.1" lon="110.1"/>
  <node id="6" lat="32.9" lon="110.15"/>
  <node id="7" lat="33.1" lon="110.15"/>
  <node id="8" lat="33.2" lon="110.0"><tag k="place" v="hamlet"/><tag k="name" v="Su"/><tag k="name:zh" v="苏家"/></node>
  <way id="1"><nd ref="1"/><nd ref="3"/><nd ref="2"/>
    <tag k="highway" v="secondary"/><tag k="ref" v="G312"/><tag k="surface" v="concrete:plates"/><tag k="width" v="6.5 m"/></way>
  <way id="2"><nd ref="4"/><nd ref="3"/><nd ref="5"/><tag k="highway" v="track"/><tag k="surface" v="unpaved"/></way>
  <way id="3"><nd ref="6"/><nd ref="7"/>
    <tag k="highway" v="construction"/><tag k="construction" v="tertiary"/><tag k="bridge" v="yes"/></way>
  <way id="4"><nd ref="1"/><nd ref="4"/><tag k="highway" v="path"/></way>
  <way id="5"><nd ref="1"/><nd ref="9"/><nd ref="4"/><tag k="highway" v="service"/><tag k="tunnel" v="yes"/><tag k="bridge" v="no"/></way>
</osm>`

// rows are a file's, by the names of their columns, with the geometry under "".
func rows(t *testing.T, content string, o read.Options) ([]map[string]any, *read.Source) {
	t.Helper()
	src, err := files.OpenFS(fstest.MapFS{"a.osm": {Data: []byte(content)}}, "a.osm", o)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var all []map[string]any
	for rec, err := range src.All() {
		if err != nil {
			t.Fatal(err)
		}
		row := map[string]any{"": rec.Geometry}
		for i, f := range src.Fields {
			if rec.Values[i] != nil {
				row[f.Name] = rec.Values[i]
			}
		}
		all = append(all, row)
	}
	return all, src
}

func TestTagsBecomeFieldsAndWaysAreSplitWhereTheyMeet(t *testing.T) {
	all, src := rows(t, crossing, read.Options{For: "road"})
	want := []map[string]any{
		{"osm:id": "way/1", "number": "G312", "class": "国道", "surface": "水泥", "width_m": 6.5, "kind": "road", "status": "existing"},
		{"osm:id": "way/1", "number": "G312", "class": "国道", "surface": "水泥", "width_m": 6.5, "kind": "road", "status": "existing"},
		{"osm:id": "way/2", "kind": "road", "status": "existing"},
		{"osm:id": "way/2", "kind": "road", "status": "existing"},
		{"osm:id": "way/3", "class": "乡道", "kind": "bridge", "status": "building"},
	}
	if len(all) != len(want) {
		t.Fatalf("%d rows: %v", len(all), all)
	}
	for i := range want {
		for _, column := range []string{"osm:id", "number", "name", "class", "grade", "surface", "width_m", "kind", "status"} {
			if all[i][column] != want[i][column] {
				t.Errorf("row %d: %s is %v, want %v", i, column, all[i][column], want[i][column])
			}
		}
		if line := all[i][""].(orb.LineString); len(line) != 2 {
			t.Errorf("row %d: %v", i, line)
		}
	}
	counts := map[record.TagCount]int64{}
	for _, c := range src.Counts {
		n := c.Count
		c.Count = 0
		counts[c] = n
	}
	for c, want := range map[record.TagCount]int64{
		{Tag: "highway=path"}:              1,
		{Tag: "highway=track", Kept: true}: 1,
		{Tag: "surface=concrete:*", Kept: true, Field: "surface", Value: "水泥"}:        1,
		{Tag: "surface=unpaved", Kept: true, Field: "surface"}:                        1,
		{Kept: true, Field: "surface"}:                                                2,
		{Tag: "tunnel=*", Kept: true, Field: "kind", Value: "tunnel"}:                 1,
		{Tag: "highway=construction", Kept: true, Field: "status", Value: "building"}: 1,
	} {
		if counts[c] != want {
			t.Errorf("%+v is counted %d times, want %d", c, counts[c], want)
		}
	}
	if len(src.Notes) != 1 || !strings.Contains(src.Notes[0], "1 nodes of ways") || src.Credit.Licence != "ODbL 1.0" {
		t.Errorf("notes %q, credit %+v", src.Notes, src.Credit)
	}
}

func TestPlacesAreTakenByTheirChineseName(t *testing.T) {
	all, _ := rows(t, crossing, read.Options{For: "hamlet"})
	if len(all) != 1 || all[0]["name"] != "苏家" || all[0][""] != (orb.Point{110, 33.2}) {
		t.Errorf("%v", all)
	}
}

func TestATableOfOnesOwnChangesOnlyWhatItSays(t *testing.T) {
	all, _ := rows(t, crossing, read.Options{For: "road", Tags: `road:
  keep: [{tag: highway, values: {path: yes, track: no}}]
  fields: [{field: surface, from: [{tag: surface, values: {"concrete:plates": 沥青}}]}]`})
	var ids []any
	for _, row := range all {
		ids = append(ids, row["osm:id"])
	}
	if len(all) != 3 || all[0]["surface"] != "沥青" || all[0]["class"] != "国道" || ids[2] != "way/4" {
		t.Errorf("%v: %v", ids, all)
	}
}

func TestWrongFilesAndTablesAreToldOf(t *testing.T) {
	for _, c := range []struct {
		name, content string
		o             read.Options
		want          string
	}{
		{"changes", `<?xml version="1.0"?><osmChange version="0.6"/>`, read.Options{}, "list of changes"},
		{"a layer that is not there", crossing, read.Options{For: "clinic"}, "not for clinic"},
		{"a sheet", crossing, read.Options{Layer: "x"}, "has no sheets"},
		{"a misspelt table", crossing, read.Options{Tags: "roads: {}"}, "roads: no such key; allowed are road, river"},
		{
			"a source of two ways",
			crossing,
			read.Options{Tags: "road: {fields: [{field: name, from: [{tag: name, number: true}]}]}"},
			"either values",
		},
		{"no pattern", crossing, read.Options{Tags: `road: {keep: [{tag: highway, values: {"[": yes}}]}`}, "not a pattern"},
		{"a place beyond the pole", strings.Replace(crossing, `lat="33.1"`, `lat="133.1"`, 1), read.Options{}, "node 5 lies nowhere"},
		{"XML that is cut off", crossing[:600], read.Options{}, "EOF"},
		{"a history", header("HistoricalInformation"), read.Options{}, "is a history"},
		{"what is not read", header("LocationsOnWays"), read.Options{}, `needs "LocationsOnWays"`},
	} {
		src, err := files.OpenFS(fstest.MapFS{"a.osm": {Data: []byte(c.content)}}, "a.osm", c.o)
		if err == nil {
			src.Close()
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

// fileBlock is a block of a binary file.
func fileBlock(kind string, message []byte) []byte {
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	z.Write(message) //nolint:errcheck // to memory
	z.Close()        //nolint:errcheck // to memory
	blob := protowire.AppendVarint(protowire.AppendTag(nil, 2, protowire.VarintType), uint64(len(message)))
	blob = protowire.AppendBytes(protowire.AppendTag(blob, 3, protowire.BytesType), packed.Bytes())
	head := protowire.AppendString(protowire.AppendTag(nil, 1, protowire.BytesType), kind)
	head = protowire.AppendVarint(protowire.AppendTag(head, 3, protowire.VarintType), uint64(len(blob)))
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(len(head))), head...), blob...)
}

func header(feature string) string {
	return string(fileBlock("OSMHeader", protowire.AppendString(protowire.AppendTag(nil, 4, protowire.BytesType), feature)))
}

func TestAFileThatIsCutOffSaysSo(t *testing.T) {
	whole, err := os.ReadFile(andorra)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{20, 300, len(whole) / 2, len(whole) - 1} {
		src, err := files.OpenFS(fstest.MapFS{"a.pbf": {Data: whole[:n]}}, "a.pbf", read.Options{})
		if err == nil {
			src.Close()
		}
		if err == nil || !strings.Contains(err.Error(), "cut off") {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
}

// The parts within an area are as long as those that simplefeatures, a port of JTS, makes.
func TestAnAreaCutsRoads(t *testing.T) {
	ring := orb.Ring{{1.48, 42.50}, {1.55, 42.49}, {1.60, 42.55}, {1.53, 42.53}, {1.50, 42.58}, {1.48, 42.50}}
	hole := orb.Ring{{1.51, 42.505}, {1.53, 42.505}, {1.53, 42.52}, {1.51, 42.505}}
	within := orb.MultiPolygon{{ring, hole}}
	length := func(o read.Options) (total, cut float64, n int) {
		area := asGeometry(t, within)
		src, err := files.Open(andorra, o)
		if err != nil {
			t.Fatal(err)
		}
		defer src.Close()
		for rec, err := range src.All() {
			if err != nil {
				t.Fatal(err)
			}
			n++
			total += geo.Length(rec.Geometry.(orb.LineString))
			if o.Within == nil {
				part, err := geom.Intersection(asGeometry(t, rec.Geometry), area)
				if err != nil {
					t.Fatal(err)
				}
				cut += lengthOf(part)
			}
		}
		return total, cut, n
	}
	got, _, n := length(read.Options{For: "road", Within: within})
	_, want, _ := length(read.Options{For: "road"})
	if n < 500 || math.Abs(got-want) > 1e-6*want {
		t.Errorf("%d roads of %.3f m, simplefeatures cuts to %.3f m", n, got, want)
	}
}

func asGeometry(t *testing.T, g orb.Geometry) geom.Geometry {
	t.Helper()
	out, err := geom.UnmarshalWKB(wkb.MustMarshal(g))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func lengthOf(g geom.Geometry) (metres float64) {
	for _, part := range g.Dump() {
		if line, ok := part.AsLineString(); ok {
			var points orb.LineString
			for i := range line.Coordinates().Length() {
				xy := line.Coordinates().GetXY(i)
				points = append(points, orb.Point{xy.X, xy.Y})
			}
			metres += geo.Length(points)
		}
	}
	return metres
}

// firstBlocks are the first blocks of nodes and ways in the extract, unpacked.
func firstBlocks(f *testing.F, whole []byte) (blocks [][]byte) {
	f.Helper()
	for len(whole) > 4 && len(blocks) < 12 {
		size := binary.BigEndian.Uint32(whole)
		head, rest := whole[4:4+size], whole[4+size:]
		kind, n := protowire.ConsumeString(head[1:])
		bytesOf, _ := protowire.ConsumeVarint(head[n+2:])
		blob := rest[:bytesOf]
		whole = rest[bytesOf:]
		at := bytes.Index(blob, []byte("\x78"))
		if z, err := zlib.NewReader(bytes.NewReader(blob[at:])); err == nil && kind == "OSMData" {
			block, err := io.ReadAll(z)
			if err != nil {
				f.Fatal(err)
			}
			blocks = append(blocks, block)
		}
	}
	return blocks
}

// What is given is read as a file, and as what a sound file has packed in a block.
func FuzzExtract(f *testing.F) {
	whole, err := os.ReadFile(andorra)
	if err != nil {
		f.Fatal(err)
	}
	blocks := firstBlocks(f, whole)
	for _, seed := range [][]byte{[]byte(crossing), []byte(header("DenseNodes")), whole[:20_000], blocks[0], blocks[len(blocks)-1]} {
		f.Add(seed)
	}
	f.Fuzz(func(_ *testing.T, b []byte) {
		packed := append([]byte(header("DenseNodes")), fileBlock("OSMData", b)...)
		for _, content := range [][]byte{b, packed} {
			for _, layer := range []string{"road", "hamlet"} {
				src, err := files.OpenFS(fstest.MapFS{"a.pbf": {Data: content}}, "a.pbf", read.Options{For: layer, Format: record.OSM})
				if err != nil {
					continue
				}
				for range src.All() {
					continue
				}
				src.Close()
			}
		}
	})
}
