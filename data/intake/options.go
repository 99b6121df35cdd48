package intake

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/files/osm"
	"github.com/cuntu/cuntu/data/files/read"
	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/data/intake/ledger"
	"github.com/cuntu/cuntu/geo/crs"
	"github.com/cuntu/cuntu/layers"
)

// Mapping is what a person has settled about a kind of file. It is kept under a
// name, or in a file, and used again when the next such file comes.
type Mapping struct {
	Layer string `json:"layer"`
	// Columns say which field a column goes into: "column": "field", or
	// "field:unit" where its heading tells the unit wrongly or not, or "" for a
	// column that is to be left out.
	Columns map[string]string `json:"columns,omitempty"`
	// Names are names as files write them and the codes of the places that they
	// mean: "东店村", or "东店村@611002" where it means that in one county or town only.
	Names map[string]string `json:"names,omitempty"`
	// Key are the fields that tell one feature from another in a layer without code.
	Key []string `json:"key,omitempty"`

	CRS  string `json:"crs,omitempty"`
	Swap bool   `json:"swap,omitempty"` // x and y are to change places first

	Encoding  string `json:"encoding,omitempty"`
	Sheet     string `json:"sheet,omitempty"` // of a workbook, a zip or a GeoPackage
	HeaderRow int64  `json:"header_row,omitempty"`
	Lon       string `json:"lon,omitempty"` // columns of the place
	Lat       string `json:"lat,omitempty"`
	WKT       string `json:"wkt,omitempty"`

	// Tags changes, in YAML, the table by which tags of OpenStreetMap become fields.
	Tags string `json:"tags,omitempty"`
}

// Options are what is asked of one import.
type Options struct {
	Mapping
	// Map is more of Mapping.Columns. A column in it that the file lacks is an
	// error, where one in a saved mapping is not.
	Map map[string]string `json:"map,omitempty"`
	// SkipBad writes the good rows though there are bad ones.
	SkipBad bool `json:"skip_bad,omitempty"`
	// Sender is who the file is from, such as an office; "" where nobody says: then files with the same columns are of one
	// sender. By it what the file says is compared with what the sender knew.
	Sender string `json:"sender,omitempty"`
	// Conflicts say whose value counts where the store has another one that the sender does not know.
	Conflicts ledger.Choices `json:"conflicts,omitzero"`
	// Replace takes away features that the file has not: "layer" for all of the
	// layer, "county=611002" for those of a county.
	Replace string `json:"replace,omitempty"`
	// Rejects is the path of a file that gets the bad rows, with a reason, "" for
	// none. It is in the format of the file that is read.
	Rejects string `json:"-"`

	// ClipArea is the code of a county whose outline in the store cuts an extract of OpenStreetMap, and Clip an area that
	// does; "" and nil for all that the file has.
	ClipArea string            `json:"clip_area,omitempty"`
	Clip     *geojson.Geometry `json:"clip,omitempty"`

	within orb.MultiPolygon // either of them, once the store is looked at
}

// Merge lays what is settled over what was saved.
func (m Mapping) Merge(saved Mapping) Mapping {
	out := saved
	out.Layer = orElse(m.Layer, saved.Layer)
	out.CRS, out.Encoding, out.Sheet = orElse(m.CRS, saved.CRS), orElse(m.Encoding, saved.Encoding), orElse(m.Sheet, saved.Sheet)
	out.Lon, out.Lat, out.WKT = orElse(m.Lon, saved.Lon), orElse(m.Lat, saved.Lat), orElse(m.WKT, saved.WKT)
	out.Tags = orElse(m.Tags, saved.Tags)
	out.Swap = m.Swap || saved.Swap && m.CRS == ""
	if m.HeaderRow != 0 {
		out.HeaderRow = m.HeaderRow
	}
	if len(m.Key) > 0 {
		out.Key = m.Key
	}
	out.Columns, out.Names = overlay(saved.Columns, m.Columns), overlay(saved.Names, m.Names)
	return out
}

func overlay(under, over map[string]string) map[string]string {
	out := maps.Clone(under)
	if out == nil {
		out = map[string]string{}
	}
	maps.Copy(out, over)
	return out
}

// formats are the options for reading the file.
func (o *Options) formats() (read.Options, error) {
	f := read.Options{
		Encoding:  o.Encoding,
		Layer:     o.Sheet,
		HeaderRow: o.HeaderRow,
		Lon:       o.Lon,
		Lat:       o.Lat,
		WKT:       o.WKT,
		IsUnit:    isUnit,
		For:       o.Layer,
		Within:    o.within,
		Tags:      o.Tags,
	}
	if o.CRS != "" {
		c, err := crs.Parse(o.CRS)
		if err != nil {
			return f, layers.NewFault("crs", "%v", err)
		}
		f.CRS = c
	}
	if _, err := osm.ReadTable(o.Tags); err != nil {
		return f, layers.NewFault("tags", "%v", err)
	}
	return f, nil
}

// check sees that what is asked for is there.
func (o *Options) check(l *layers.Layer, src *read.Source) error {
	var fields []string
	for i := range l.Fields {
		if f := &l.Fields[i]; !f.Signed {
			fields = append(fields, f.ID)
		}
	}
	if len(o.Key) == 0 && l.Key != "" && o.Replace == "" {
		o.Key = []string{l.Key}
	}
	for _, columns := range []map[string]string{o.Columns, o.Map} {
		for column, want := range columns {
			field, _, _ := strings.Cut(want, ":")
			if at := l.Field(field); field != "" && (at < 0 || l.Fields[at].Signed) {
				return layers.NewFault("map", "%s=%s: layer %s has no field %q that a file can fill in; it has %s",
					column, want, l.ID, field, strings.Join(fields, ", "))
			}
		}
	}
	for _, column := range slices.Sorted(maps.Keys(o.Map)) {
		field, _, _ := strings.Cut(o.Map[column], ":")
		for other, want := range o.Map {
			if f, _, _ := strings.Cut(want, ":"); f == field && field != "" && other != column {
				return layers.NewFault("map", "the columns %q and %q cannot both go into field %s", min(column, other), max(column, other), field)
			}
		}
		if !slices.ContainsFunc(src.Fields, func(f record.Field) bool { return f.Name == column }) {
			return layers.NewFault("map", "the file has no column %q; it has %s", column, strings.Join(src.Headings(), ", "))
		}
	}
	for _, k := range o.Key {
		if l.Field(k) < 0 {
			return layers.NewFault("key", "layer %s has no field %q; it has %s", l.ID, k, strings.Join(fields, ", "))
		}
	}
	_, err := o.replaces(l)
	return err
}

// replacement says which features go that the file has not.
type replacement struct {
	all    bool
	county string
	field  int // of the county
}

func (o *Options) replaces(l *layers.Layer) (*replacement, error) {
	switch county, ok := strings.CutPrefix(o.Replace, "county="); {
	case o.Replace == "":
		return nil, nil
	case o.Replace == "layer":
		return &replacement{all: true}, nil
	case ok && l.Field("county") < 0 && l.ID != "county":
		return nil, layers.NewFault("replace", "layer %s has no field county; only all of it can be replaced, with layer", l.ID)
	case ok && len(county) == 6 && strings.Trim(county, "0123456789") == "":
		field := l.Field("county")
		if field < 0 {
			field = l.Field("code")
		}
		return &replacement{county: county, field: field}, nil
	}
	return nil, layers.NewFault("replace", "%q is neither layer nor county= and a code of 6 digits", o.Replace)
}

// covers tells whether a feature with the value in the replacement's field is among
// those that go.
func (r *replacement) covers(county layers.Value) bool { return r.all || county.Text() == r.county }

// Settled is the mapping that would read the same file in the same way.
func (o *Options) Settled() Mapping {
	m := o.Mapping
	m.Columns = overlay(o.Columns, o.Map)
	return m
}

// ParseMapping reads a mapping from JSON. What it does not know is an error.
func ParseMapping(content []byte) (Mapping, error) {
	var m Mapping
	in := json.NewDecoder(bytes.NewReader(content))
	in.DisallowUnknownFields()
	if err := in.Decode(&m); err != nil {
		return Mapping{}, fmt.Errorf("it is no mapping: %w", err)
	}
	return m, nil
}

// SaveMapping keeps a mapping in a store under a name, in place of the one that has
// it.
func SaveMapping(ctx context.Context, store data.Documents, name, author string, m Mapping) error {
	content, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return store.PutDocument(ctx, data.Document{Kind: MappingKind, ID: name, Author: author, Time: time.Now(), Content: content})
}

// LoadMapping finds a mapping by name.
func LoadMapping(ctx context.Context, store data.Documents, name string) (Mapping, error) {
	d, err := store.Document(ctx, MappingKind, name)
	if errors.Is(err, data.ErrNoDocument) {
		names := "none"
		if list, lerr := store.ListDocuments(ctx, MappingKind); lerr == nil && len(list) > 0 {
			names = ""
			for i, d := range list {
				if i > 0 {
					names += ", "
				}
				names += d.ID
			}
		}
		return Mapping{}, fmt.Errorf("mapping %q: %w; there are %s", name, err, names)
	}
	if err != nil {
		return Mapping{}, err
	}
	return ParseMapping(d.Content)
}

// clip finds the area that cuts the file.
func (o *Options) clip(b *base) error {
	switch {
	case o.ClipArea != "" && o.Clip != nil:
		return layers.NewFault("clip_area", "and clip both say an area; give one of them")
	case o.ClipArea != "":
		return o.clipTo(b)
	case o.Clip != nil:
		within, ok := polygons(o.Clip.Geometry())
		if !ok {
			return layers.NewFault("clip", "must be a polygon or several, in degrees of WGS 84")
		}
		o.within = within
	}
	return nil
}

func (o *Options) clipTo(b *base) error {
	for i := range b.limits {
		if b.limits[i].code == o.ClipArea {
			o.within, _ = polygons(b.limits[i].outline)
			return nil
		}
	}
	known := make([]string, len(b.limits))
	for i := range b.limits {
		known[i] = b.limits[i].code
	}
	if len(known) == 0 {
		return layers.NewFault("clip_area", "%q: the store has no outline of a county", o.ClipArea)
	}
	return layers.NewFault("clip_area", "%q is not the code of a county with an outline; the store has %s", o.ClipArea, join(known))
}

// polygons are those of a geometry; ok is false where it is no area.
func polygons(g orb.Geometry) (all orb.MultiPolygon, ok bool) {
	switch g := g.(type) {
	case orb.Polygon:
		return orb.MultiPolygon{g}, true
	case orb.MultiPolygon:
		return g, len(g) > 0
	}
	return nil, false
}

// checkClip sees that a file can be cut.
func (o *Options) checkClip(format string) error {
	part := map[bool]string{true: "clip_area", false: "clip"}[o.ClipArea != ""]
	if o.within != nil && format != record.OSM {
		return layers.NewFault(part, "cuts extracts of OpenStreetMap alone; the file is %s", format)
	}
	if o.Tags != "" && format != record.OSM {
		return layers.NewFault("tags", "are those of OpenStreetMap; the file is %s", format)
	}
	return nil
}

// ReadClip reads an area from GeoJSON: a polygon or several, a feature that has them, or a collection of such.
func ReadClip(content []byte) (*geojson.Geometry, error) {
	var all orb.MultiPolygon
	add := func(g orb.Geometry) {
		some, _ := polygons(g)
		all = append(all, some...)
	}
	if c, err := geojson.UnmarshalFeatureCollection(content); err == nil {
		for _, f := range c.Features {
			add(f.Geometry)
		}
	} else if f, err := geojson.UnmarshalFeature(content); err == nil {
		add(f.Geometry)
	} else if g, err := geojson.UnmarshalGeometry(content); err == nil {
		add(g.Geometry())
	}
	if len(all) == 0 {
		return nil, errors.New("has no polygon in GeoJSON")
	}
	return geojson.NewGeometry(all), nil
}
