package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/files/read"
	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/crs"
	"github.com/cuntu/cuntu/layers"
)

// known is a row of a file that the store has too: where the file has it, in its own coordinates, and how far from where
// the store has it a place is, in metres.
type known struct {
	raw    orb.Point
	metres func(at orb.Point) float64
}

const (
	mostKnown  = 500
	mostOfName = 50 // features of one name, such as the sections of a road
)

// known finds the rows that are of features of the store: villages and towns by their codes, or by names that one alone
// has, and features of other layers by their names and numbers.
func (b *base) known(columns []Column, rows []record.Record) []known {
	var all []known
	column := func(field string) int {
		return slices.IndexFunc(columns, func(c Column) bool { return c.field >= 0 && c.Field == field })
	}
	village := slices.IndexFunc(columns, func(c Column) bool { return c.field >= 0 && b.layer.Fields[c.field].Ref == "village" })
	var places *gazetteer
	code, name := village, -1
	switch {
	case b.layer.ID == "village" || b.layer.ID == "town":
		places, code, name = b.places[b.layer.ID], column("code"), column("name")
	case village >= 0:
		places = b.places["village"]
	default:
		return b.knownByName([]int{column("number"), column("name")}, columns, rows)
	}
	if places == nil {
		return nil
	}
	for _, rec := range rows {
		var at *orb.Point
		if code >= 0 {
			if n, ok := places.byCode[codeKey(strings.TrimSpace(narrow(cellText(rec.Values[code]))))]; ok {
				at = places.list[n].at
			}
		} else if name >= 0 {
			if list := places.named(cellText(rec.Values[name]), within{}); len(list) == 1 {
				at = places.list[list[0]].at
			}
		}
		if p, ok := rec.Geometry.(orb.Point); ok && at != nil {
			all = append(all, known{p, func(q orb.Point) float64 { return geo.Distance(q, *at) }})
		}
	}
	return all
}

// knownByName finds rows of any layer whose number and name, as far as the file has them, are those of features.
func (b *base) knownByName(by []int, columns []Column, rows []record.Record) (all []known) {
	by = slices.DeleteFunc(by, func(column int) bool { return column < 0 })
	if len(by) == 0 || b.table == nil || b.table.Len() == 0 {
		return nil
	}
	var fields []int
	for _, column := range by {
		fields = append(fields, columns[column].field)
	}
	key := func(text func(i int) string) string {
		parts := make([]string, len(by))
		for i := range by {
			parts[i] = strings.TrimSpace(narrow(text(i)))
		}
		return strings.Join(parts, "\x00")
	}
	asked := map[string][]geo.Shape{}
	keyOf := func(rec *record.Record) string { return key(func(i int) string { return cellText(rec.Values[by[i]]) }) }
	for i := range rows {
		asked[keyOf(&rows[i])] = nil
	}
	delete(asked, key(func(int) string { return "" }))
	for row := range b.table.Rows {
		k := key(func(i int) string { return b.table.Value(row, fields[i]).Text() })
		if list, ok := asked[k]; ok && len(list) < mostOfName && len(b.table.Shape(row).Points) > 0 {
			asked[k] = append(list, b.table.Shape(row))
		}
	}
	for i := range rows {
		shapes := asked[keyOf(&rows[i])]
		if len(shapes) == 0 || rows[i].Geometry == nil {
			continue
		}
		all = append(all, known{firstPoint(rows[i].Geometry), func(at orb.Point) float64 {
			least := math.Inf(1)
			origin := geo.At(at)
			for _, s := range shapes {
				least = min(least, origin.Nearest(s).Metres)
			}
			return least
		}})
	}
	return all
}

// What settles a coordinate system: so many features of the store lie, by it, at most so
// far from where they are, in the middle, and by any other at least so far, and so many
// times as far. By the systems of 1954 and 1980 places are some 50 m off, by GCJ-02 some 500.
const (
	leastKnown = 5
	mostOff    = 20 // m
	leastOff   = 30 // m
	timesOff   = 5
	samePlace  = 1 // m: by systems that differ less, places are the same
)

// settle takes the proposed system by which features of the file lie where the store has
// them, if there is one and no other.
func (s *Sheet) settle(src *read.Source, list []known) {
	if len(list) < leastKnown {
		return
	}
	best, off, next := -1, math.Inf(1), math.Inf(1)
	for i, p := range s.Proposals {
		c, err := crs.Parse(p.CRS)
		if err != nil {
			continue
		}
		var metres []float64
		for _, k := range list {
			if at := (placer{c, p.Swap}).point(k.raw); at == at {
				metres = append(metres, k.metres(at))
			}
		}
		slices.Sort(metres)
		if len(metres) < leastKnown {
			continue
		}
		switch middle := metres[len(metres)/2]; {
		case middle < off-samePlace:
			best, off, next = i, middle, off
		case middle > off+samePlace:
			next = min(next, middle)
		}
	}
	if best < 0 || off > mostOff || next < max(leastOff, timesOff*off) {
		return
	}
	p := s.Proposals[best]
	s.take(src, p, fmt.Sprintf("by %d features of the store", len(list)), words(
		"文件没有说明坐标系；按库中 %d 个要素的位置认定为 %s（中位相差 %.0f 米，按其他坐标系至少差 %.0f 米），如有误请用 --crs 指定",
		"the file does not say its coordinate system; by the places of %d features of the store it is %s "+
			"(%.0f m off in the middle, by any other %.0f m at least); if not, state it with --crs",
		len(list), p.Name, off, next))
}

// take settles the system of a file that does not say it.
func (s *Sheet) take(src *read.Source, p CRSProposal, from string, found layers.Words) {
	src.CRS, _ = crs.Parse(p.CRS) // was parsed before
	s.CRS, s.CRSName, s.Swap, s.Warning, s.Proposals = p.CRS, p.Name, p.Swap, p.Warning, nil
	s.CRSFrom, s.found = from, found
	s.Needs = slices.DeleteFunc(s.Needs, func(n Need) bool { return n.Option == "crs" })
}

// systemKind is the kind of the documents that remember which system files of a layout were said to be in.
const systemKind = "import_system"

// remembered is what a person last said of the system of files of a layout.
type remembered struct {
	CRS  string `json:"crs"`
	Swap bool   `json:"swap,omitempty"`
	File string `json:"file"`
}

// layout names the files of a layer that have the same columns.
func layout(layer string, src *read.Source) string {
	headings := slices.Sorted(slices.Values(src.Headings()))
	sum := sha256.Sum256([]byte(layer + "\n" + src.Format + "\n" + strings.Join(headings, "\n") + "\n" + strings.Join(src.GeometryFrom, "\n")))
	return hex.EncodeToString(sum[:12])
}

// recall takes the system that the last file of the layout was said to be in, where this file's numbers may be of it.
func (s *Sheet) recall(ctx context.Context, store data.Documents, layer string, src *read.Source) error {
	if len(s.Proposals) == 0 || store == nil {
		return nil
	}
	doc, err := store.Document(ctx, systemKind, layout(layer, src))
	if errors.Is(err, data.ErrNoDocument) {
		return nil
	}
	var last remembered
	if err == nil {
		err = json.Unmarshal(doc.Content, &last)
	}
	if err != nil {
		return fmt.Errorf("read what was said of files like this one: %w", err)
	}
	at := slices.IndexFunc(s.Proposals, func(p CRSProposal) bool { return p.CRS == last.CRS && p.Swap == last.Swap })
	if at < 0 {
		return nil
	}
	p, day := s.Proposals[at], doc.Time.Local().Format(time.DateOnly)
	s.take(src, p, "as "+last.File+" on "+day, words(
		"文件没有说明坐标系；%[2]s 导入的 %[1]s 列名相同，当时指定为 %[3]s，这次沿用，如有误请用 --crs 指定",
		"the file does not say its coordinate system; %[1]s, imported on %[2]s, has the same columns and was said to be in %[3]s: "+
			"so is this one; if not, state it with --crs", last.File, day, p.Name))
	return nil
}

// remember is the document that keeps what a person said of the file's system; none where nobody was asked.
func (c *checker) remember(r *Record) iter.Seq2[data.Document, error] {
	return func(yield func(data.Document, error) bool) {
		if c.options.CRS == "" || c.placer.crs == nil || c.src.CRSFrom != "option" {
			return
		}
		content, err := json.Marshal(remembered{CRS: c.placer.crs.String(), Swap: c.placer.swap, File: r.File})
		yield(data.Document{Kind: systemKind, ID: layout(r.Layer, c.src), Author: r.Author, Time: r.Time, Content: content}, err)
	}
}
