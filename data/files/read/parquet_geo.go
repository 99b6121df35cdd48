package read

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/cuntu/cuntu/data/files/parquet"
	"github.com/cuntu/cuntu/geo/crs"
)

// geoKey is what GeoParquet (1.1.0) puts into a file's metadata under "geo".
type geoKey struct {
	Primary string               `json:"primary_column"`
	Columns map[string]geoColumn `json:"columns"`
}

type geoColumn struct {
	Encoding string          `json:"encoding"`
	CRS      json.RawMessage `json:"crs"`   // PROJJSON; null where it is not known
	Edges    string          `json:"edges"` // "planar" where it is ""
	Epoch    float64         `json:"epoch"` // of the coordinates, 0 where it is not told
}

// geometryNames are what programs call a column of well-known binary that nothing marks.
var geometryNames = []string{"geometry", "geom", "wkb_geometry", "the_geom", "wkb", "shape", "geo", "ogr_geometry"}

// geometryColumn is the name of the column of bytes that holds the geometry, "" for none,
// and sets the coordinate system that the file tells.
func (j *Job) geometryColumn(file *parquet.File) (string, error) {
	bytes := slices.DeleteFunc(slices.Clone(file.Columns), func(c parquet.Column) bool { return !c.Bytes })
	named := func(name string) int {
		return slices.IndexFunc(bytes, func(c parquet.Column) bool { return c.Name == name })
	}
	if text, ok := file.Text("geo"); ok {
		return j.geoParquet(text, func(name string) bool { return named(name) >= 0 })
	}
	i := -1
	if j.o.WKT != "" {
		i = named(j.o.WKT)
	} else if j.o.Lon != "" {
		return "", nil
	}
	if i < 0 && j.o.WKT == "" {
		i = slices.IndexFunc(bytes, func(c parquet.Column) bool { return c.Geometry != nil })
	}
	for _, name := range geometryNames {
		if i < 0 && j.o.WKT == "" {
			i = slices.IndexFunc(bytes, func(c parquet.Column) bool { return strings.EqualFold(c.Name, name) })
		}
	}
	if i < 0 {
		return "", nil
	}
	c := bytes[i]
	if c.Geometry != nil {
		j.markedCRS(file, c)
		j.curved(c.Geometry.Curved, c.Name)
	}
	return c.Name, nil
}

// geoParquet goes by the "geo" key: the column asked for, or the primary one.
func (j *Job) geoParquet(text string, isBytes func(name string) bool) (string, error) {
	var geo geoKey
	if err := json.Unmarshal([]byte(text), &geo); err != nil {
		return "", fmt.Errorf("the metadata of GeoParquet are no JSON that can be read: %w", err)
	}
	name := cmp.Or(j.o.WKT, geo.Primary)
	column, ok := geo.Columns[name]
	if j.o.Lon != "" || !ok && j.o.WKT != "" {
		return "", nil // other columns are asked for
	}
	if !ok {
		return "", fmt.Errorf("the metadata of GeoParquet name the geometry %q and do not say of what kind it is", name)
	}
	if !strings.EqualFold(column.Encoding, "WKB") {
		return "", fmt.Errorf("the geometry %s is encoded as %q; allowed is WKB: write it again with that encoding "+
			"(GeoPandas: geometry_encoding=\"WKB\")", name, column.Encoding)
	}
	if !isBytes(name) {
		return "", fmt.Errorf("the geometry %q, which the metadata of GeoParquet name, is no column of bytes", name)
	}
	from := "the CRS of column " + name
	switch {
	case column.CRS == nil:
		c, err := crs.ByCode(4326)
		j.setCRS(c, "GeoParquet is WGS 84 where it says nothing else", err)
	case string(column.CRS) != "null":
		c, err := fromPROJJSON(column.CRS)
		j.setCRS(c, from, err)
	}
	if column.Epoch != 0 {
		j.src.note("the coordinates are those of epoch %v; they are not moved to another", column.Epoch)
	}
	j.curved(column.Edges == "spherical", name)
	return name, nil
}

func (j *Job) curved(curved bool, name string) {
	if curved {
		j.src.note("the edges of %s run along great circles; they are read as straight ones", name)
	}
}

// markedCRS takes the system of a column that Parquet itself marks: a code, the number of
// an SRID, or PROJJSON, in place or under another key of the metadata.
func (j *Job) markedCRS(file *parquet.File, c parquet.Column) {
	system := cmp.Or(c.Geometry.System, "OGC:CRS84")
	if key, ok := strings.CutPrefix(system, "projjson:"); ok {
		if system, ok = file.Text(key); !ok {
			j.setCRS(nil, "column "+c.Name, fmt.Errorf("the file has no coordinate system %q, which it names", key))
			return
		}
	}
	var found *crs.CRS
	var err error
	switch srid, isSRID := strings.CutPrefix(system, "srid:"); {
	case strings.HasPrefix(strings.TrimSpace(system), "{"):
		found, err = fromPROJJSON([]byte(system))
	case isSRID && srid == "0":
		return // not known
	default:
		found, err = parseSystem(srid)
	}
	j.setCRS(found, "column "+c.Name, err)
}

// parseSystem is crs.Parse for what also has an authority before a name of OGC's.
func parseSystem(s string) (*crs.CRS, error) {
	if rest, ok := strings.CutPrefix(s, "OGC:"); ok {
		s = rest
	}
	return crs.Parse(s)
}

// projJSON is what is asked of PROJJSON (v0.7).
type projJSON struct {
	Name       string     `json:"name"`
	ID         *projID    `json:"id"`
	IDs        []projID   `json:"ids"`
	Source     *projJSON  `json:"source_crs"` // of a bound system
	Components []projJSON `json:"components"` // of one with heights
}

type projID struct {
	Authority string          `json:"authority"`
	Code      json.RawMessage `json:"code"` // a number or a text
}

// fromPROJJSON finds a system by its id, or else by its name.
func fromPROJJSON(b []byte) (*crs.CRS, error) {
	var p projJSON
	if err := json.Unmarshal(b, &p); err != nil {
		var name string
		if json.Unmarshal(b, &name) == nil { // a text, which the standard does not allow
			return parseSystem(name)
		}
		return nil, errors.New("it is no PROJJSON that can be read")
	}
	if p.Source != nil {
		p = *p.Source
	} else if len(p.Components) > 0 {
		p = p.Components[0] // the second is of heights
	}
	ids := p.IDs
	if p.ID != nil {
		ids = append(ids, *p.ID)
	}
	for _, id := range ids {
		code := strings.Trim(string(id.Code), `"`)
		if c, err := parseSystem(id.Authority + ":" + code); err == nil {
			return c, nil
		}
	}
	c, err := parseSystem(p.Name)
	if err != nil {
		return nil, fmt.Errorf("%q is not known; known are %s", p.Name, crs.Known)
	}
	return c, nil
}
