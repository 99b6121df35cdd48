package area

import (
	"slices"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Narrowing is the areas that somebody looks at, by their codes: one of any level, a county, a town. "" is all, and of
// several only what lies in each of them counts. The parameters that say so are called area, county and town everywhere.
type Narrowing struct{ Area, County, Town string }

// narrowed is one of them; level is the one that it must have, "" for any.
type narrowed struct {
	part, code string
	level      Level
}

func (n Narrowing) parts() []narrowed {
	list := []narrowed{{"area", n.Area, ""}, {"county", n.County, County}, {"town", n.Town, Town}}
	return slices.DeleteFunc(list, func(part narrowed) bool { return part.code == "" })
}

// None tells whether all is looked at.
func (n Narrowing) None() bool { return n == Narrowing{} }

// Codes are the codes that are given.
func (n Narrowing) Codes() (codes []string) {
	for _, part := range n.parts() {
		codes = append(codes, part.code)
	}
	return codes
}

// Holds tells whether an area lies in all of them.
func (n Narrowing) Holds(x *Index, code string) bool {
	return !slices.ContainsFunc(n.parts(), func(part narrowed) bool { return !x.lies(code, part.code) })
}

// Below tells whether one of them is of a lower level.
func (n Narrowing) Below(x *Index, level Level) bool {
	return slices.ContainsFunc(n.parts(), func(part narrowed) bool { return rank(x.LevelOf(part.code)) > rank(level) })
}

// Within tells which rows of a table lie in all of them; nil is every row. What is wrong is added to wrong: codes that
// are none, or none of their level, and layers that do not say in which area their features are.
func (n Narrowing) Within(x *Index, t *snapshot.Table, wrong *layers.Faults) func(row uint32) bool {
	var all []func(row uint32) bool
	for _, part := range n.parts() {
		if !part.check(x, wrong) {
			continue
		}
		within, err := x.Within(t, part.code)
		if err != nil {
			wrong.Add(part.part, "%v", err)
			continue
		}
		all = append(all, within)
	}
	if all == nil {
		return nil
	}
	return func(row uint32) bool {
		return !slices.ContainsFunc(all, func(within func(row uint32) bool) bool { return !within(row) })
	}
}

// Check adds the codes that are none, or none of their level, to wrong.
func (n Narrowing) Check(x *Index, wrong *layers.Faults) {
	for _, part := range n.parts() {
		part.check(x, wrong)
	}
}

func (part narrowed) check(x *Index, wrong *layers.Faults) bool {
	switch level := x.LevelOf(part.code); {
	case part.level == "" && level == "":
		wrong.Add(part.part, "%v", unknownCode(part.code))
	case part.level != "" && level != part.level:
		wrong.Add(part.part, "%q is not the code of a %s in layer %s", part.code, part.part, part.part)
	default:
		return true
	}
	return false
}
