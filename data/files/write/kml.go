package write

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/files/record"
)

// KML writes a KML document (OGC 12-007r2). KML is WGS 84: geometries in another system
// are refused, but for GCJ-02 and BD-09, which the maps of China's phones expect.
func KML(out io.Writer, o Options) (*Writer, error) {
	return newKMLWriter(out, o, false)
}

// KMZ writes a zip of a KML document, its doc.kml.
func KMZ(out io.Writer, o Options) (*Writer, error) {
	return newKMLWriter(out, o, true)
}

func newKMLWriter(out io.Writer, o Options, packed bool) (*Writer, error) {
	if o.CRS != nil && !o.CRS.Geographic() {
		return nil, fmt.Errorf("KML holds degrees; %s cannot be written", o.CRS.Name())
	}
	w := newWriter(o)
	var z *zip.Writer
	if packed {
		z = zip.NewWriter(out)
		f, err := z.Create("doc.kml")
		if err != nil {
			return nil, err
		}
		out = f
	}
	b := bufio.NewWriterSize(out, bufferSize)
	title := -1
	for i, f := range o.Fields {
		if o.Name == f.Name || o.Name == "" && title < 0 && strings.EqualFold(f.Name, "name") {
			title = i
		}
	}
	b.WriteString(xml.Header + `<kml xmlns="http://www.opengis.net/kml/2.2"><Document id="root_doc">` + "\n")
	b.WriteString("<name>" + escape(o.Layer) + "</name>\n")
	if o.Credit != "" {
		b.WriteString("<description>" + escape(o.Credit) + "</description>\n")
	}
	b.WriteString(`<Schema name="layer" id="layer">` + "\n")
	for _, f := range o.Fields {
		kind := map[record.Type]string{record.Bool: "bool", record.Int: "int", record.Float: "double"}[f.Type]
		if kind == "" {
			kind = "string"
		}
		b.WriteString(`<SimpleField name="` + escape(f.Name) + `" type="` + kind + `"/>` + "\n")
	}
	if _, err := b.WriteString("</Schema>\n"); err != nil {
		return nil, err
	}
	w.write = func(r record.Record) error {
		b.WriteString("<Placemark>")
		if title >= 0 {
			b.WriteString("<name>" + escape(text(r.Values[title])) + "</name>")
		}
		b.WriteString(`<ExtendedData><SchemaData schemaUrl="#layer">`)
		for i, v := range r.Values {
			if v != nil {
				b.WriteString(`<SimpleData name="` + escape(o.Fields[i].Name) + `">` + escape(kmlValue(v)) + "</SimpleData>")
			}
		}
		b.WriteString("</SchemaData></ExtendedData>")
		if r.Geometry != nil {
			g, err := appendKML(nil, r.Geometry)
			if err != nil {
				return err
			}
			b.Write(g)
		}
		_, err := b.WriteString("</Placemark>\n")
		return err
	}
	w.end = func() error {
		b.WriteString("</Document></kml>\n")
		if err := b.Flush(); err != nil || z == nil {
			return err
		}
		return z.Close()
	}
	return w, nil
}

// kmlValue writes truth as 1 and 0, which XML Schema has beside true and false and
// which GDAL reads alone.
func kmlValue(v any) string {
	switch v {
	case true:
		return "1"
	case false:
		return "0"
	}
	return text(v)
}

func escape(s string) string {
	var b bytes.Buffer
	xml.EscapeText(&b, []byte(s)) //nolint:errcheck // a buffer takes everything
	return b.String()
}

func appendKML(b []byte, g orb.Geometry) ([]byte, error) {
	coordinates := func(l []orb.Point) {
		b = append(b, "<coordinates>"...)
		for i, p := range l {
			if i > 0 {
				b = append(b, ' ')
			}
			b = coordinate(b, p[0], 9)
			b = coordinate(append(b, ','), p[1], 9)
		}
		b = append(b, "</coordinates>"...)
	}
	many := func(n int, part func(i int) orb.Geometry) (err error) {
		b = append(b, "<MultiGeometry>"...)
		for i := 0; i < n && err == nil; i++ {
			b, err = appendKML(b, part(i))
		}
		b = append(b, "</MultiGeometry>"...)
		return err
	}
	var err error
	switch g := g.(type) {
	case orb.Point:
		b = append(b, "<Point>"...)
		coordinates([]orb.Point{g})
		b = append(b, "</Point>"...)
	case orb.LineString:
		b = append(b, "<LineString>"...)
		coordinates(g)
		b = append(b, "</LineString>"...)
	case orb.Polygon:
		b = append(b, "<Polygon>"...)
		for i, r := range g {
			which := "innerBoundaryIs"
			if i == 0 {
				which = "outerBoundaryIs"
			}
			b = append(b, "<"+which+"><LinearRing>"...)
			coordinates(r)
			b = append(b, "</LinearRing></"+which+">"...)
		}
		b = append(b, "</Polygon>"...)
	case orb.MultiPoint:
		err = many(len(g), func(i int) orb.Geometry { return g[i] })
	case orb.MultiLineString:
		err = many(len(g), func(i int) orb.Geometry { return g[i] })
	case orb.MultiPolygon:
		err = many(len(g), func(i int) orb.Geometry { return g[i] })
	case orb.Collection:
		err = many(len(g), func(i int) orb.Geometry { return g[i] })
	default:
		err = fmt.Errorf("a %T cannot be written", g)
	}
	return b, err
}
