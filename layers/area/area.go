// Package area knows the areas of the division tree: provinces, prefectures, counties, towns and villages, each by its
// official code (GB/T 2260, GB/T 10114), with its name, its parent and the box that it fills.
//
// A snapshot flows in and areas flow out, and tests of whether a feature lies within one. Within means by parents: a
// village lies in its town, a town in its county, as the records say, whatever digits their codes begin with, since
// towns are moved. Only above the county do codes tell the parent, for no record does.
package area

import (
	"slices"
	"strings"
	"sync"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Level is how high in the tree an area stands.
type Level string

// The levels, from the highest.
const (
	Province   Level = "province"
	Prefecture Level = "prefecture"
	County     Level = "county"
	Town       Level = "town"
	Village    Level = "village"
)

// rank is how far down a level is.
func rank(l Level) int { return slices.Index([]Level{Province, Prefecture, County, Town, Village}, l) }

// Area is one area. The zero Area is none.
type Area struct {
	Code   string
	Name   string // "" where no record tells it
	Level  Level
	Parent string  // the code of the next higher area; "" of a province, or where it is not on record
	Box    geo.Box // around it; of a town, around its villages too
}

// Index finds the areas of one snapshot. Any number of goroutines may ask it.
type Index struct {
	*tree
	villages *snapshot.Table           // nil where there is no such layer
	counties *snapshot.Table           // likewise
	boxes    func() map[string]geo.Box // around the villages of each town
}

// tree is all areas but villages. It is of the counties and towns alone, so that an edit of a village leaves it as it is.
type tree struct {
	known    map[string]Area
	children map[string][]string
}

// New is the index of a snapshot. It costs a look at every county and town; villages are looked at when a town's box is
// first asked for.
func New(snap *snapshot.Snapshot) *Index { return newIndex(newTree(snap), snap) }

func newIndex(t *tree, snap *snapshot.Snapshot) *Index {
	x := &Index{tree: t}
	x.villages, _ = snap.Table("village")
	x.counties, _ = snap.Table("county")
	x.boxes = sync.OnceValue(x.townBoxes)
	return x
}

// Agrees tells whether another index says the same of where features of a layer lie.
func (x *Index) Agrees(o *Index, l *layers.Layer) bool {
	return x.tree == o.tree && (x.villages == o.villages || l.Field("village") < 0)
}

func newTree(snap *snapshot.Snapshot) *tree {
	x := &tree{known: map[string]Area{}, children: map[string][]string{}}
	if t, ok := snap.Table("county"); ok {
		for row := range t.Rows {
			x.addCounty(t, row)
		}
	}
	if t, ok := snap.Table("town"); ok {
		for row := range t.Rows {
			x.add(Area{
				Code: t.Get(row, "code").Text(), Name: t.Get(row, "name").Text(), Level: Town,
				Parent: t.Get(row, "county").Text(), Box: t.Shape(row).Box(),
			})
		}
	}
	for _, list := range x.children {
		slices.Sort(list)
	}
	return x
}

func (x *tree) addCounty(t *snapshot.Table, row uint32) {
	county := Area{Code: t.Get(row, "code").Text(), Name: t.Get(row, "name").Text(), Level: County, Box: t.Shape(row).Box()}
	county.Parent = PrefectureCode(county.Code)
	if !x.add(county) || county.Parent == "" {
		return
	}
	x.widen(Area{Code: county.Parent, Name: t.Get(row, "city").Text(), Level: Prefecture, Parent: provinceCode(county.Code), Box: county.Box})
	x.widen(Area{Code: provinceCode(county.Code), Level: Province, Box: county.Box})
}

func (x *tree) add(a Area) bool {
	if _, again := x.known[a.Code]; again || a.Code == "" {
		return false
	}
	x.known[a.Code] = a
	if a.Parent != "" {
		x.children[a.Parent] = append(x.children[a.Parent], a.Code)
	}
	return true
}

// widen adds an area, or its box and name to what is known of it.
func (x *tree) widen(a Area) {
	if x.add(a) {
		return
	}
	old := x.known[a.Code]
	old.Box = old.Box.Union(a.Box)
	if old.Name == "" {
		old.Name = a.Name
	}
	x.known[a.Code] = old
}

// PrefectureCode is the prefecture of a county: the first four digits of its code and two zeros (GB/T 2260). It is ""
// of what is no code.
func PrefectureCode(county string) string {
	if len(county) < 4 {
		return ""
	}
	return county[:4] + "00"
}

func provinceCode(county string) string { return county[:2] + "0000" }

func (x *Index) townBoxes() map[string]geo.Box {
	boxes := map[string]geo.Box{}
	if x.villages == nil {
		return boxes
	}
	town := x.villages.Layer.Field("town")
	if town < 0 {
		return boxes
	}
	for row := range x.villages.Rows {
		code := x.villages.Value(row, town).Text()
		box, ok := boxes[code]
		if !ok {
			box = geo.Empty
		}
		boxes[code] = box.Union(x.villages.Shape(row).Box())
	}
	return boxes
}

// Find is the area with the code. The box of a town takes a look at every village, once an index.
func (x *Index) Find(code string) (Area, bool) {
	a, ok := x.lookup(code)
	if ok && a.Level == Town {
		if box, ok := x.boxes()[code]; ok {
			a.Box = a.Box.Union(box)
		}
	}
	return a, ok
}

// lookup is Find with the box that is on record.
func (x *Index) lookup(code string) (Area, bool) {
	if a, ok := x.known[code]; ok || x.villages == nil {
		return a, ok
	}
	row, ok := x.villages.FindCode(code)
	if !ok {
		return Area{}, false
	}
	return x.village(row), true
}

// LevelOf is the level of the area with the code; "" where there is none.
func (x *Index) LevelOf(code string) Level {
	a, _ := x.lookup(code)
	return a.Level
}

func (x *Index) village(row uint32) Area {
	t := x.villages
	a := Area{
		Code:   t.Get(row, "code").Text(),
		Name:   t.Get(row, "name").Text(),
		Level:  Village,
		Parent: t.Get(row, "town").Text(),
		Box:    t.Shape(row).Box(),
	}
	if a.Parent == "" {
		a.Parent = t.Get(row, "county").Text()
	}
	return a
}

// Name is the name of the area with the code; "" where there is none.
func (x *Index) Name(code string) string {
	a, _ := x.lookup(code)
	return a.Name
}

// Named are the provinces, prefectures, counties and towns with the name, by their codes.
func (x *Index) Named(name string) []Area {
	var list []Area
	for _, a := range x.known {
		if a.Name == name {
			list = append(list, a)
		}
	}
	slices.SortFunc(list, func(a, b Area) int { return strings.Compare(a.Code, b.Code) })
	return list
}

// At are the areas of a level above the village, by their codes.
func (x *Index) At(level Level) []Area {
	var list []Area
	for code, a := range x.known {
		if a.Level == level {
			a, _ = x.Find(code)
			list = append(list, a)
		}
	}
	slices.SortFunc(list, func(a, b Area) int { return strings.Compare(a.Code, b.Code) })
	return list
}

// Children are the areas whose parent has the code, down to towns, by their codes.
func (x *Index) Children(code string) []Area {
	list := make([]Area, 0, len(x.children[code]))
	for _, child := range x.children[code] {
		a, _ := x.Find(child)
		list = append(list, a)
	}
	return list
}

// Path is the area with the code and those above it, from the lowest.
func (x *Index) Path(code string) []Area {
	var list []Area
	for len(list) < 6 { // records may name each other in a circle
		a, ok := x.lookup(code)
		if !ok {
			break
		}
		list = append(list, a)
		code = a.Parent
	}
	return list
}

// UpTo is the area with the code where it is of the level or a higher one, and else the one of the level that it lies in.
func (x *Index) UpTo(level Level, code string) string {
	for _, a := range x.Path(code) {
		if a.Level == level {
			return a.Code
		}
	}
	return code
}

// Of is the lowest area that a row of any layer names, itself where it is one: its code, "" where it names none that is
// known.
func (x *Index) Of(t *snapshot.Table, row uint32) string {
	for _, field := range fieldsOf(t.Layer) {
		code := t.Value(row, field).Text()
		if _, ok := x.known[code]; ok {
			return code
		}
		if x.villages != nil && code != "" {
			if _, ok := x.villages.FindCode(code); ok {
				return code
			}
		}
	}
	return ""
}

// fieldsOf are the fields by which a layer's features name areas, the lowest level first.
func fieldsOf(l *layers.Layer) []int { return l.AreaFields() }
