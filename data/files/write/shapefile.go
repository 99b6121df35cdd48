package write

import (
	"archive/zip"
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/files/record"
)

// Shapefile writes a .shp and beside it .shx, .dbf, .cpg and, where the system has one,
// .prj, and a .txt with the credit. A shapefile holds one kind of geometry, that of the first, and at most 2 GiB.
func Shapefile(path string, o Options) (*Writer, error) {
	stem := strings.TrimSuffix(path, filepath.Ext(path))
	w := newWriter(o)
	s := &shpWriter{}
	open := func(ext string) (out *output, err error) {
		f, err := os.Create(stem + ext)
		if err != nil {
			return nil, err
		}
		s.files = append(s.files, f)
		return &output{Writer: bufio.NewWriterSize(f, 64<<10), file: f}, nil
	}
	w.drop = func() error {
		for _, f := range s.files {
			f.Close()
		}
		return nil
	}
	var err error
	for ext, out := range map[string]**output{".shp": &s.shp, ".shx": &s.shx, ".dbf": &s.dbf} {
		if *out, err = open(ext); err != nil {
			return nil, errors.Join(err, w.drop())
		}
	}
	texts := map[string]string{".cpg": "UTF-8", ".txt": credited(o.Credit)}
	if o.CRS != nil {
		texts[".prj"] = o.CRS.WKT()
	} else {
		texts[".prj"] = wgs84PRJ
	}
	for ext, text := range texts {
		if text == "" {
			continue
		}
		if err := os.WriteFile(stem+ext, []byte(text), 0o644); err != nil {
			return nil, errors.Join(err, w.drop())
		}
	}
	d, err := newDBFWriter(s.dbf, o.Fields, w.note)
	if err != nil {
		return nil, errors.Join(err, w.drop())
	}
	blank := make([]byte, 100)
	s.shp.Write(blank)
	s.shx.Write(blank)
	s.length = 100
	w.write = func(r record.Record) error {
		if err := s.shape(r.Geometry); err != nil {
			return err
		}
		return d.row(r.Values)
	}
	w.end = func() error {
		if err := errors.Join(s.close(), d.close(w.rows)); err != nil {
			return err
		}
		var first error
		for _, f := range s.files {
			first = errors.Join(first, f.Close())
		}
		return first
	}
	return w, nil
}

const wgs84PRJ = `GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],` +
	`UNIT["Degree",0.0174532925199433]]`

// credited is the text of a file that people read, on Windows too.
func credited(credit string) string {
	if credit == "" {
		return ""
	}
	return "\ufeff" + credit + "\r\n"
}

// output is a buffered file whose beginning is written last.
type output struct {
	*bufio.Writer
	file *os.File
}

func (o *output) finish(head []byte) error {
	if err := o.Flush(); err != nil {
		return err
	}
	_, err := o.file.WriteAt(head, 0)
	return err
}

type shpWriter struct {
	files         []*os.File
	shp, shx, dbf *output
	kind          uint32
	row           uint32
	length        int64 // of the .shp in bytes
	bound         orb.Bound
	some          bool
	buf           []byte
}

func shapeKind(g orb.Geometry) uint32 {
	switch g.(type) {
	case nil:
		return record.ShapeNull
	case orb.Point:
		return record.ShapePoint
	case orb.MultiPoint:
		return record.ShapeMultiPoint
	case orb.LineString, orb.MultiLineString:
		return record.ShapeLine
	case orb.Polygon, orb.MultiPolygon, orb.Ring:
		return record.ShapePolygon
	}
	return record.ShapeMultiPatch
}

var kindNames = map[uint32]string{
	record.ShapePoint:      "points",
	record.ShapeMultiPoint: "multipoints",
	record.ShapeLine:       "lines",
	record.ShapePolygon:    "polygons",
}

func (s *shpWriter) shape(g orb.Geometry) error {
	if m, ok := g.(orb.MultiPoint); ok && len(m) == 1 && s.kind == record.ShapePoint {
		g = m[0]
	}
	if p, ok := g.(orb.Point); ok && s.kind == record.ShapeMultiPoint {
		g = orb.MultiPoint{p}
	}
	kind := shapeKind(g)
	switch {
	case kind == record.ShapeMultiPatch:
		return fmt.Errorf("a shapefile cannot hold a %s", g.GeoJSONType())
	case kind != record.ShapeNull && s.kind == record.ShapeNull:
		s.kind = kind
	case kind != record.ShapeNull && kind != s.kind:
		return fmt.Errorf("a shapefile holds one kind of geometry: this one %s, not a %s", kindNames[s.kind], g.GeoJSONType())
	}
	s.buf = appendShape(s.buf[:0], g)
	if s.length += int64(8 + len(s.buf)); s.length >= math.MaxInt32 {
		return &record.TooLargeError{What: "the shapefile", Limit: math.MaxInt32}
	}
	if g != nil {
		if b := g.Bound(); s.some {
			s.bound = s.bound.Union(b)
		} else {
			s.bound, s.some = b, true
		}
	}
	s.row++
	var head [8]byte
	binary.BigEndian.PutUint32(head[4:], uint32(len(s.buf)/2))
	binary.BigEndian.PutUint32(head[:], uint32(s.length-int64(8+len(s.buf)))/2)
	s.shx.Write(head[:])
	binary.BigEndian.PutUint32(head[:], s.row)
	s.shp.Write(head[:])
	_, err := s.shp.Write(s.buf)
	return err
}

// appendShape writes the content of a record.
func appendShape(b []byte, g orb.Geometry) []byte {
	u32 := func(v int) { b = binary.LittleEndian.AppendUint32(b, uint32(v)) }
	f64 := func(v ...float64) {
		for _, f := range v {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(f))
		}
	}
	u32(int(shapeKind(g)))
	var parts []orb.Ring
	switch g := g.(type) {
	case nil:
		return b
	case orb.Point:
		f64(g[0], g[1])
		return b
	case orb.MultiPoint:
		box := g.Bound()
		f64(box.Min[0], box.Min[1], box.Max[0], box.Max[1])
		u32(len(g))
		for _, p := range g {
			f64(p[0], p[1])
		}
		return b
	case orb.LineString:
		parts = []orb.Ring{orb.Ring(g)}
	case orb.MultiLineString:
		for _, l := range g {
			parts = append(parts, orb.Ring(l))
		}
	case orb.Ring:
		parts = shapeRings(orb.Polygon{g})
	case orb.Polygon:
		parts = shapeRings(g)
	case orb.MultiPolygon:
		for _, p := range g {
			parts = append(parts, shapeRings(p)...)
		}
	}
	box := g.Bound()
	f64(box.Min[0], box.Min[1], box.Max[0], box.Max[1])
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	u32(len(parts))
	u32(n)
	n = 0
	for _, p := range parts {
		u32(n)
		n += len(p)
	}
	for _, part := range parts {
		for _, p := range part {
			f64(p[0], p[1])
		}
	}
	return b
}

// shapeRings turns outer rings clockwise and holes the other way, as the format
// wants them, without touching the caller's.
func shapeRings(p orb.Polygon) []orb.Ring {
	out := make([]orb.Ring, len(p))
	for i, r := range p {
		c := append(orb.Ring(nil), r...)
		if len(c) > 0 && c[0] != c[len(c)-1] {
			c = append(c, c[0])
		}
		way := 1.
		if i == 0 {
			way = -1
		}
		out[i] = record.TurnRing(c, way)
	}
	return out
}

func (s *shpWriter) close() error {
	head := make([]byte, 100)
	binary.BigEndian.PutUint32(head, 9994)
	binary.LittleEndian.PutUint32(head[28:], 1000)
	binary.LittleEndian.PutUint32(head[32:], s.kind)
	for i, f := range []float64{s.bound.Min[0], s.bound.Min[1], s.bound.Max[0], s.bound.Max[1]} {
		binary.LittleEndian.PutUint64(head[36+8*i:], math.Float64bits(f))
	}
	binary.BigEndian.PutUint32(head[24:], uint32(s.length/2))
	err := s.shp.finish(head)
	binary.BigEndian.PutUint32(head[24:], 50+4*s.row)
	return errors.Join(err, s.shx.finish(head))
}

// ZippedShapefile writes the files of a shapefile as one zip, through temporary files.
func ZippedShapefile(out io.Writer, o Options) (*Writer, error) {
	return packed(o, fileName(o.Layer)+".shp", Shapefile, func(dir string) error { return zipAll(out, dir) })
}

// fileName is a layer's name without what file systems do not take.
func fileName(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < 0x20 || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, s)
	if s = strings.Trim(s, ". "); s == "" {
		return "layer"
	}
	return s
}

func zipAll(out io.Writer, dir string) error {
	z := zip.NewWriter(out)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		f, err := z.Create(e.Name())
		if err != nil {
			return err
		}
		if err := copyFile(f, filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return z.Close()
}
