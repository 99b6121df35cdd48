package osm

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/paulmach/osm"

	"github.com/cuntu/cuntu/data/files/osm/pbf"
	"github.com/cuntu/cuntu/data/files/read"
	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/geo/crs"
)

// Credit is what the licence of OpenStreetMap's data asks for, the Open Database Licence 1.0.
var Credit = record.Credit{Name: "OpenStreetMap", Source: "© OpenStreetMap contributors (openstreetmap.org/copyright)", Licence: "ODbL 1.0"}

// reader reads one layer of an extract.
type reader struct {
	in    read.Input
	rules *Rules
	area  *area
	count *tally

	nodes   nodes
	size    int64
	past    int64 // bytes of the passes that are over
	outside int   // places that the area leaves out
	missing int   // nodes that the file has not

	stream  io.ReadCloser
	all     elements
	waiting []record.Record
	row     int64
}

// Read reads an extract.
func Read(in read.Input) (out read.Output, err error) {
	layer, err := choose(in)
	if err != nil {
		return out, err
	}
	table, err := ReadTable(in.Tags)
	if err != nil {
		return out, fmt.Errorf("tags: %w", err)
	}
	r := &reader{in: in, rules: table.rules(layer), area: newArea(in.Within), count: newTally()}
	if err := r.survey(); err != nil {
		return out, err
	}
	if err := r.begin(); err != nil {
		return out, err
	}
	wgs84, err := crs.ByCode(4326)
	if err != nil {
		return out, err
	}
	out = read.Output{
		Fields:  []record.Field{{Name: "osm:id", Type: record.Text}},
		CRS:     wgs84,
		CRSFrom: "OpenStreetMap is WGS 84",
		Counts:  r.count.list(),
		Notes:   r.notes(),
		Credit:  Credit,
		Next:    r.next,
		Close:   r.close,
		Size:    r.past + r.size,
	}
	for _, f := range r.rules.Fields {
		out.Fields = append(out.Fields, record.Field{Name: f.Field})
	}
	return out, nil
}

// choose is the layer that the file is read for, roads where nobody has said.
func choose(in read.Input) (string, error) {
	all := Layers()
	layer := cmp.Or(in.For, all[0])
	switch {
	case in.Layer != "":
		return "", errors.New("has no sheets; the layer that it is imported into says what is read")
	case !slices.Contains(all, layer):
		return "", fmt.Errorf("is read for the layers %s, not for %s", strings.Join(all, ", "), layer)
	}
	return layer, nil
}

// survey counts tags and, for ways, finds where their nodes lie.
func (r *reader) survey() error {
	look := pbf.Visitor{Node: r.surveyNode, Tagged: true}
	if r.rules.Elements == "ways" {
		look = pbf.Visitor{Way: r.surveyWay}
	}
	if err := r.pass(look); err != nil || r.rules.Elements != "ways" {
		return err
	}
	r.nodes.sort()
	err := r.pass(pbf.Visitor{Node: func(id int64, lon, lat int32, _ osm.Tags) error {
		r.nodes.place(id, lon, lat)
		return nil
	}})
	r.missing = r.nodes.missing()
	return err
}

// notes tell what is left out that no tag tells of.
func (r *reader) notes() (notes []string) {
	if r.missing > 0 {
		notes = append(notes, fmt.Sprintf("%d nodes of ways are not in the extract; the ways end there", r.missing))
	}
	if r.outside > 0 {
		notes = append(notes, fmt.Sprintf("%d places lie outside the area and are left out", r.outside))
	}
	return notes
}

// pass reads the file once.
func (r *reader) pass(v pbf.Visitor) error {
	in, size, err := r.in.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	r.size = size
	err = readAll(in, v, func(bytes int64) { r.in.Done(r.past + bytes) })
	r.past += size
	return err
}

// Real files have far fewer vertices than bytes; a hostile one may unpack to many more.
const (
	mostVertices    = 200 << 20
	verticesPerByte = 8
	verticesAnyhow  = 1 << 20
)

func (r *reader) surveyWay(_ int64, ids []int64, tags osm.Tags) error {
	if !r.survive(tags) {
		return nil
	}
	most := min(mostVertices, verticesPerByte*r.size+verticesAnyhow)
	if int64(len(r.nodes.ids)+len(ids)) > most {
		return &record.TooLargeError{What: "the number of vertices of the ways", Limit: most}
	}
	r.nodes.add(ids)
	return nil
}

func (r *reader) surveyNode(_ int64, lon, lat int32, tags osm.Tags) error {
	if tags.FindTag(r.rules.Keep[0].Tag) == nil {
		return nil
	}
	if !r.area.holds(degrees(lon, lat)) {
		r.outside++
		return nil
	}
	r.survive(tags)
	return nil
}

// survive tells whether an element is kept, and counts its tags.
func (r *reader) survive(tags osm.Tags) bool {
	kept, by := r.rules.keeps(tags)
	switch {
	case kept:
		r.count.keep(by)
		r.rules.values(tags, r.count)
	case by.Key != "":
		r.count.leave(by)
	}
	return kept
}

// begin opens the file for its records.
func (r *reader) begin() error {
	in, _, err := r.in.Open()
	if err != nil {
		return err
	}
	r.stream = in
	if r.all, err = newElements(in); err != nil {
		return fmt.Errorf("%w (%w)", err, in.Close())
	}
	return nil
}

func (r *reader) close() error { return r.stream.Close() }

// next is the next record.
func (r *reader) next() (record.Record, error) {
	visitor := pbf.Visitor{Node: r.recordNode, Tagged: true}
	if r.rules.Elements == "ways" {
		visitor = pbf.Visitor{Way: r.recordWay}
	}
	for len(r.waiting) == 0 {
		if err := r.all.Next(visitor); err != nil {
			return record.Record{}, err
		}
		r.in.Done(r.past + r.all.Done())
	}
	rec := r.waiting[0]
	r.waiting = r.waiting[1:]
	return rec, nil
}

func (r *reader) recordNode(id int64, lon, lat int32, tags osm.Tags) error {
	if kept, _ := r.rules.keeps(tags); kept && r.area.holds(degrees(lon, lat)) {
		rec := r.record("node", id, tags)
		rec.Geometry = degrees(lon, lat)
		r.waiting = append(r.waiting, rec)
	}
	return nil
}

func (r *reader) recordWay(id int64, ids []int64, tags osm.Tags) error {
	if kept, _ := r.rules.keeps(tags); !kept {
		return nil
	}
	for _, line := range r.nodes.lines(ids, r.rules.Split) {
		for _, part := range r.area.cut(line) {
			rec := r.record("way", id, tags)
			rec.Geometry = part
			r.waiting = append(r.waiting, rec)
		}
	}
	return nil
}

// record makes the columns of an element: which it is, and its fields.
func (r *reader) record(kind string, id int64, tags osm.Tags) record.Record {
	r.row++
	return record.Record{Row: r.row, Values: append([]any{fmt.Sprintf("%s/%d", kind, id)}, r.rules.values(tags, nil)...)}
}
