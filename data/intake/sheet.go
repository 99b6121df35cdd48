package intake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"github.com/cuntu/cuntu/data/files"
	"github.com/cuntu/cuntu/data/files/read"
	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/data/intake/ledger"
	"github.com/cuntu/cuntu/data/intake/screen"
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/crs"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/personal"
)

// Sheet is what was recognised in a file, for a person to see and to overrule by
// Options.
type Sheet struct {
	File     string   `json:"file"`
	Format   string   `json:"format"`
	Sheet    string   `json:"sheet,omitempty"`    // of a workbook, zip or GeoPackage
	Sheets   []string `json:"sheets,omitempty"`   // all there are
	Together bool     `json:"together,omitempty"` // * is all of them that have the same headings
	Encoding string   `json:"encoding,omitempty"`
	// EncodingFrom and CRSFrom say where that was found.
	EncodingFrom string   `json:"encoding_from,omitempty"`
	HeaderRow    int64    `json:"header_row,omitempty"`
	GeometryFrom []string `json:"geometry_from,omitempty"`
	Notes        []string `json:"notes,omitempty"`
	// Tags tell what became of the tags of a file that is tagged freely, and Credit whom its licence makes users name.
	Tags   []record.TagCount `json:"tags,omitempty"`
	Credit record.Credit     `json:"credit,omitzero"`

	CRS        string        `json:"crs,omitempty"` // as Options.CRS takes it
	CRSName    string        `json:"crs_name,omitempty"`
	CRSFrom    string        `json:"crs_from,omitempty"`
	CRSProblem string        `json:"crs_problem,omitempty"` // why what the file says is of no use
	Warning    layers.Words  `json:"warning,omitzero"`      // about the accuracy of the system
	Swap       bool          `json:"swap,omitempty"`
	Proposals  []CRSProposal `json:"proposals,omitempty"` // where the file does not say

	Layer   string       `json:"layer,omitempty"`
	Layers  []LayerGuess `json:"layers,omitempty"` // those that the file may be, the likelier first
	Columns []Column     `json:"columns,omitempty"`

	// Sender is who the file may be from, by its name or because the last one with the same columns was, and Senders those
	// from whom ledgers of the layer have come.
	Sender  string   `json:"sender,omitempty"`
	Senders []string `json:"senders,omitempty"`

	Rows   []PreviewRow `json:"rows,omitempty"` // the first
	Needs  []Need       `json:"needs,omitempty"`
	places []orb.Point  // as the file has them
	kinds  []orb.Geometry
	placed []record.Record // the first that have a place
	found  layers.Words    // how the system was settled, where the file does not say
	src    *read.Source    // closed
}

// PreviewRow is a row as the file has it, and its place in degrees, by the first
// proposal where the system is not settled.
type PreviewRow struct {
	Row      int64             `json:"row"`
	Values   []string          `json:"values"`
	Geometry *geojson.Geometry `json:"geometry,omitempty"`
}

// CRSProposal is a coordinate system that the numbers may be in.
type CRSProposal struct {
	CRS     string       `json:"crs"`
	Name    string       `json:"name"`
	Swap    bool         `json:"swap,omitempty"`
	Rule    string       `json:"rule"`
	Reason  layers.Words `json:"reason"`
	Share   float64      `json:"share"` // of the places that fit
	Warning layers.Words `json:"warning,omitzero"`
}

// LayerGuess is a layer that a file may be of.
type LayerGuess struct {
	Layer   string `json:"layer"`
	Matched int    `json:"matched"` // columns that have a field there
}

// Need is something that a person must settle before anything is written.
type Need struct {
	Option  string       `json:"option"` // as in the options' JSON: crs, sheet, layer
	Message layers.Words `json:"message"`
}

// NeedError tells what must be settled first.
type NeedError struct {
	Sheet *Sheet
}

func (e *NeedError) Error() string {
	return fmt.Sprintf("%s: %s", e.Sheet.File, e.Sheet.Needs[0].Message.En)
}

// Unwrap is what must be settled as Faults.
func (e *NeedError) Unwrap() error {
	var needed layers.Faults
	for _, n := range e.Sheet.Needs {
		needed.Add(n.Option, "%s", n.Message.En)
	}
	return needed
}

// FileError tells that a file, or the rest of it, cannot be read.
type FileError struct{ Err error }

func (e *FileError) Error() string { return e.Err.Error() }

func (e *FileError) Unwrap() error { return e.Err }

const (
	sampleRows      = 5000 // read to find out about a file
	previewRows     = 50
	previewVertices = 2000
	samplesShown    = 3
)

// inspect finds out about a file, with what the store holds.
func inspect(ctx context.Context, path string, o Options, catalog *layers.Catalog, b *base) (*Sheet, error) {
	fo, err := o.formats()
	if err != nil {
		return nil, err
	}
	src, err := files.Open(path, fo)
	var several *record.LayersError
	if errors.As(err, &several) {
		s := &Sheet{File: several.File, Sheets: several.Layers, Together: several.Together}
		zh, en := "文件含有多个表或图层，请选择一个：%s", "the file holds several sheets or layers; choose one of %s"
		if s.Together {
			zh, en = zh+"；或用 * 一并导入表头相同的各表", en+"; or * for all sheets with the same headings"
		}
		s.need("sheet", words(zh, en, join(several.Layers)))
		return s, nil
	}
	if err != nil {
		return nil, &FileError{err}
	}
	defer src.Close()
	if err := o.checkClip(src.Format); err != nil {
		return nil, err
	}
	s := &Sheet{
		File:         src.File,
		Format:       src.Format,
		Sheet:        src.Layer,
		Sheets:       src.Layers,
		Together:     src.Together,
		Encoding:     src.Encoding,
		EncodingFrom: src.EncodingFrom,
		HeaderRow:    src.HeaderRow,
		GeometryFrom: src.GeometryFrom,
		Notes:        src.Notes,
		Tags:         src.Counts,
		Credit:       src.Credit,
		Swap:         o.Swap,
		src:          src,
	}
	asked := overlay(o.Columns, o.Map)
	likely := &layers.Layer{}
	if o.Layer != "" {
		likely = b.layer
	}
	columns, _ := matchColumns(likely, src, asked)
	through := screenOf(likely, columns)
	for _, hint := range src.Hints {
		if err := through.Problem(hint); err != nil {
			s.Notes = append(s.Notes, err.Error())
		}
	}
	raw, found, err := s.sample(ctx, src, through)
	if err != nil {
		return nil, err
	}
	s.system(src, b)
	if o.Layer != "" && len(s.Proposals) > 0 {
		s.settle(src, b.known(columns, s.placed))
		if err := s.recall(ctx, b.documents, o.Layer, src); err != nil {
			return nil, err
		}
	}
	s.guessLayers(catalog, src, raw)
	s.Layer = o.Layer
	if s.Layer == "" {
		s.need("layer", words("请选择要导入的图层", "say which layer the file is of"))
		if len(s.Layers) > 0 {
			s.Layer = s.Layers[0].Layer
		}
	}
	if l, ok := catalog.Layer(s.Layer); ok {
		s.Columns, _ = matchColumns(l, src, asked)
	} else if s.Layer != "" {
		return nil, layers.NewFault("layer", "%q is not one of %s", s.Layer, join(catalog.IDs()))
	}
	s.leaveOut(found)
	s.show(raw)
	if b.documents != nil && s.Layer != "" {
		if s.Sender, s.Senders, err = ledger.Guess(ctx, b.documents, s.Layer, src.File, layout(s.Layer, src)); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func join(list []string) string {
	out := ""
	for i, s := range list {
		if i > 0 {
			out += ", "
		}
		out += s
	}
	return out
}

func (s *Sheet) need(option string, message layers.Words) {
	s.Needs = append(s.Needs, Need{option, message})
}

// leaveOut asks for the columns that must be left out: those about persons by their headings, and those that go nowhere and
// hold numbers of persons.
func (s *Sheet) leaveOut(found map[int]personal.Kind) {
	var names []string
	for i := range s.Columns {
		c := &s.Columns[i]
		kind, ok := found[i]
		if ok && c.field < 0 && !c.isLeftOut() && c.Personal.Zh == "" {
			c.Personal = layers.Words{Zh: "含" + kind.Words().Zh + "，不得导入", En: "holds " + kind.Words().En + ", which must not come in"}
		}
		if c.Personal.Zh != "" {
			names = append(names, c.Name)
		}
	}
	if len(names) > 0 {
		s.need("map", words(
			"个人信息不得导入，请把这些列设为不导入（列名=）：%s", "personal data must not come in; leave these columns out (column=): %s", join(names)))
	}
}

// maskedText stands in previews where a file has data of a person.
const maskedText = "＊＊＊"

// sample reads the first rows and keeps a few of them to show, without data of persons. found are the columns that have some.
func (s *Sheet) sample(
	ctx context.Context, src *read.Source, through screen.Screen,
) (shown []record.Record, found map[int]personal.Kind, err error) {
	found = map[int]personal.Kind{}
	for n := 0; n < sampleRows; n++ {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		rec, err := src.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, &FileError{err}
		}
		for _, f := range through.Clean(&rec, maskedText) {
			found[f.Column] = f.Kind
		}
		if rec.Geometry != nil {
			s.places = append(s.places, firstPoint(rec.Geometry))
			if len(s.kinds) < 100 {
				s.kinds = append(s.kinds, rec.Geometry)
			}
			if len(s.placed) < mostKnown {
				s.placed = append(s.placed, rec)
			}
		}
		if n < previewRows {
			shown = append(shown, rec)
		}
	}
	return shown, found, nil
}

// system tells the coordinate system, or proposes some.
func (s *Sheet) system(src *read.Source, b *base) {
	if src.CRSErr != nil {
		s.CRSProblem = src.CRSErr.Error()
	}
	if src.CRS != nil {
		s.CRS, s.CRSName, s.CRSFrom, s.Warning = src.CRS.String(), src.CRS.Name(), src.CRSFrom, warning(src.CRS)
		return
	}
	if len(s.places) == 0 {
		return
	}
	list := crs.ProposeIn(s.places, b.bound)
	if len(list) == 0 {
		list = crs.Propose(s.places)
	}
	for _, p := range list {
		s.Proposals = append(s.Proposals, CRSProposal{
			CRS: p.CRS.String(), Name: p.CRS.Name(), Swap: p.Swapped, Rule: string(p.Rule),
			Reason: layers.Words{Zh: reasonZh(p), En: p.Reason}, Share: p.Share, Warning: warning(p.CRS),
		})
	}
	zh, en := "文件没有说明坐标系，请确认", "the file does not say its coordinate system; state it"
	if s.CRSProblem != "" {
		zh, en = "文件所写的坐标系不可用（"+s.CRSProblem+"），请指定", "the coordinate system that the file states is of no use ("+s.CRSProblem+"); state it"
	}
	s.need("crs", layers.Words{Zh: zh, En: en})
}

// warning is what a person should know of a system's accuracy.
func warning(c *crs.CRS) layers.Words {
	w := layers.Words{En: c.Warning()}
	switch metres := c.Accuracy(); {
	case w.En == "":
	case metres > 0:
		w.Zh = fmt.Sprintf("换算到 WGS 84 用的是通用参数，位置可能偏差约 %.0f 米", metres)
		if _, err := c.WithShift(crs.Shift{}); err == nil {
			w.Zh += "；本县有参数的，可写在坐标系后面：+towgs84=dx,dy,dz,rx,ry,rz,ppm"
		}
	default:
		w.Zh = w.En
	}
	return w
}

func reasonZh(p crs.Proposal) string {
	var s string
	lon, _ := p.CRS.CentralMeridian()
	switch p.Rule {
	case crs.InDegrees:
		s = "数值是中国范围内的经纬度"
	case crs.InDegreesAway:
		s = "数值是经纬度，但多数不在中国"
	case crs.InZone:
		s = fmt.Sprintf("横坐标以带号开头（中央经线 %g°）", lon)
	case crs.InMetres:
		s = fmt.Sprintf("以米为单位、不带带号；中央经线可能是 %g°", lon)
	case crs.InMercator:
		s = "中国范围内的 Web 墨卡托米"
	}
	if p.Swapped {
		s += "；横纵坐标对调"
	}
	return s
}

// guessLayers counts for each layer the columns that have a field there. A layer of areas of another level than the file's codes or
// names comes last; of layers with as many columns, one of their level first.
func (s *Sheet) guessLayers(catalog *layers.Catalog, src *read.Source, raw []record.Record) {
	level := map[string]int{} // 1 where the first row is of the layer's, -1 where of another
	for _, l := range catalog.Layers {
		columns, _ := matchColumns(l, src, nil)
		g := LayerGuess{Layer: l.ID}
		for i := range columns {
			if columns[i].field < 0 {
				continue
			}
			g.Matched++
			if columns[i].Field == "code" && len(raw) > 0 {
				level[l.ID] = ofLevel(l.ID, cellText(raw[0].Values[i]))
			}
		}
		fits := len(s.kinds) == 0 || l.HasGeometry()
		for _, k := range s.kinds {
			fits = fits && l.Allows(geo.KindOf(k))
		}
		if g.Matched > 0 && fits {
			s.Layers = append(s.Layers, g)
		}
	}
	slices.SortStableFunc(s.Layers, func(a, b LayerGuess) int {
		return cmp.Or(
			cmp.Compare(min(level[b.Layer], 0), min(level[a.Layer], 0)),
			cmp.Compare(b.Matched, a.Matched),
			cmp.Compare(level[b.Layer], level[a.Layer]),
		)
	})
}

// ofLevel tells whether a code or name is of the areas of a layer: 1 where it is, -1 where it is of others, 0 where it does not say.
func ofLevel(layer, text string) int {
	own, digits := codeDigits(layer), 0
	switch text = strings.TrimSpace(text); {
	case own == 0 || text == "":
		return 0
	case strings.Trim(text, "0123456789") == "":
		digits = len(text)
		for _, n := range []int{9, 6} { // the statistics bureau writes 611002100000
			if digits > n && strings.Trim(text[n:], "0") == "" {
				digits = n
			}
		}
		digits = min(digits, 12)
	default:
		for _, s := range suffixes {
			if strings.HasSuffix(text, s) {
				digits = levelOfSuffix(s)
				break
			}
		}
	}
	switch digits {
	case 0:
		return 0
	case own:
		return 1
	}
	return -1
}

// levelOfSuffix is how many digits the codes of areas have whose names end so.
func levelOfSuffix(suffix string) int {
	switch suffix {
	case "县", "区", "市":
		return 6
	case "镇", "乡", "街道", "街道办", "街道办事处":
		return 9
	}
	return 12
}

// show fills the preview.
func (s *Sheet) show(raw []record.Record) {
	place := placer{swap: s.Swap}
	name := s.CRS
	if name == "" && len(s.Proposals) > 0 {
		name, place.swap = s.Proposals[0].CRS, s.Proposals[0].Swap
	}
	place.crs, _ = crs.Parse(name) // nil for none
	for _, rec := range raw {
		_, number := s.src.Place(rec.Row)
		row := PreviewRow{Row: number, Values: make([]string, len(rec.Values))}
		for i, v := range rec.Values {
			row.Values[i] = shorten(cellText(v))
			if c := s.column(i); c != nil && row.Values[i] != "" && len(c.Samples) < samplesShown && !slices.Contains(c.Samples, row.Values[i]) {
				c.Samples = append(c.Samples, row.Values[i])
			}
		}
		if rec.Geometry != nil && place.crs != nil {
			if g := preview(place.place(rec.Geometry)); g != nil {
				row.Geometry = geojson.NewGeometry(g)
			}
		}
		s.Rows = append(s.Rows, row)
	}
}

func (s *Sheet) column(i int) *Column {
	if i >= len(s.Columns) {
		return nil
	}
	return &s.Columns[i]
}

// preview is a geometry light enough to be shown, nil for one that is nowhere.
func preview(g orb.Geometry) orb.Geometry {
	if !geo.Finite(g) {
		return nil
	}
	n := 0
	switch g := g.(type) {
	case orb.LineString:
		n = len(g)
	case orb.Polygon:
		for _, r := range g {
			n += len(r)
		}
	case orb.MultiLineString, orb.MultiPolygon:
		n = previewVertices + 1
	}
	if n > previewVertices {
		return firstPoint(g)
	}
	return g
}
