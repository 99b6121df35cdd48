package area

import (
	"fmt"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Within tells which rows of a table lie in the area with the code. The error is for whoever asked: there is no such
// area, or the layer does not say in which area its features are. It remembers what it has found of each area, and is
// for one goroutine.
func (x *Index) Within(t *snapshot.Table, code string) (func(row uint32) bool, error) {
	found, ok := x.lookup(code)
	if !ok {
		return nil, unknownCode(code)
	}
	if !Rolls(t.Layer, found.Level) {
		return nil, fmt.Errorf("features of layer %s do not say whether they are in %s", t.Layer.ID, code)
	}
	return x.Among(t, func(area string) bool { return area == code }), nil
}

// Among tells which rows of a table lie in one of the areas whose codes some says yes to. One that names no area is in none.
// It remembers what it has found of each area, and is for one goroutine.
func (x *Index) Among(t *snapshot.Table, some func(code string) bool) func(row uint32) bool {
	fields := fieldsOf(t.Layer)
	verdicts := make([]map[uint64]verdict, len(fields))
	for i := range verdicts {
		verdicts[i] = map[uint64]verdict{}
	}
	return func(row uint32) bool {
		for i, field := range fields {
			key, ok := t.Key(row, field)
			if !ok {
				continue
			}
			v, seen := verdicts[i][key]
			if !seen {
				code := t.Value(row, field).Text()
				if v = unknownArea; !isOwn(t.Layer, field) {
					v = x.judge(code, some)
				} else if some(code) {
					v = inside
				}
				verdicts[i][key] = v
			}
			if v != unknownArea {
				return v == inside
			}
		}
		return false
	}
}

func unknownCode(code string) error {
	return fmt.Errorf("%q is not the code of a county, town or village, or of a prefecture or province that has some", code)
}

type verdict uint8

const (
	unknownArea verdict = iota // no record tells of it: a higher one that the feature names decides
	outside
	inside
)

// isOwn tells whether a field is the code of a town or village itself, whose other fields say in what it lies.
func isOwn(l *layers.Layer, field int) bool {
	return l.Fields[field].ID == "code" && (l.ID == string(Village) || l.ID == string(Town))
}

// lies tells whether an area lies in another one, or is it.
func (x *Index) lies(code, within string) bool {
	return x.judge(code, func(area string) bool { return area == within }) == inside
}

// judge tells whether an area lies in one of others.
func (x *Index) judge(code string, some func(code string) bool) verdict {
	path := x.Path(code)
	for _, a := range path {
		if some(a.Code) {
			return inside
		}
	}
	if !tellsCounty(path) {
		return unknownArea
	}
	return outside
}

// tellsCounty tells whether a path goes up to a county: one that ends below says nothing of what lies above its end.
func tellsCounty(path []Area) bool {
	return len(path) > 0 && path[len(path)-1].Level != Village && path[len(path)-1].Level != Town
}

// Rollup tells the area of a level in which each row of a table lies: its code, "" where the row does not say. The error
// is for whoever asked. It is for one goroutine.
func (x *Index) Rollup(t *snapshot.Table, level Level) (func(row uint32) string, error) {
	if !Rolls(t.Layer, level) {
		return nil, fmt.Errorf("features of layer %s do not say their %s", t.Layer.ID, level)
	}
	fields := fieldsOf(t.Layer)
	found := make([]map[uint64]string, len(fields))
	for i := range found {
		found[i] = map[uint64]string{}
	}
	return func(row uint32) string {
		for i, field := range fields {
			key, ok := t.Key(row, field)
			if !ok {
				continue
			}
			code, seen := found[i][key]
			if !seen {
				code = x.above(t.Value(row, field).Text(), level)
				found[i][key] = code
			}
			if code != "" {
				return code
			}
		}
		return ""
	}, nil
}

// Rolls tells whether features of a layer say, by themselves or by a higher area that they name, where in a level they
// lie.
func Rolls(l *layers.Layer, level Level) bool {
	fields := fieldsOf(l)
	switch level {
	case Province, Prefecture, County:
		return len(fields) > 0
	case Town:
		return l.Field("town") >= 0 || l.Field("village") >= 0 || l.ID == "town" || l.Outlines != ""
	case Village:
		return l.Field("village") >= 0 || l.ID == "village" || l.Outlines == "village"
	}
	return false
}

// above is the area of a level on the path from a code up. A code that no record tells of stands for itself where it has
// the length of the level's codes.
func (x *Index) above(code string, level Level) string {
	for _, a := range x.Path(code) {
		if a.Level == level {
			return a.Code
		}
	}
	if _, known := x.lookup(code); known {
		return ""
	}
	switch {
	case level == County && len(code) == 6, level == Town && len(code) == 9, level == Village && len(code) == 12:
		return code
	case level == Prefecture && len(code) == 6:
		return PrefectureCode(code)
	case level == Province && len(code) == 6:
		return provinceCode(code)
	}
	return ""
}

// ParseLevel is the level with the name; city is another name of prefecture.
func ParseLevel(name string) (Level, error) {
	switch l := Level(name); l {
	case Province, Prefecture, County, Town, Village:
		return l, nil
	case "city":
		return Prefecture, nil
	}
	return "", fmt.Errorf("%q is not one of province, prefecture, county, town, village", name)
}
