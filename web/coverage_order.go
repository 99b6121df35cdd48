package web

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/service"
)

// coverageOrders are the orders in which a list of villages can be had: by code, by people or
// by metres missing, on the way out or to the nearest supply; "-" turns one round.
var coverageOrders = []string{"code", "-code", "people", "-people", "metres", "-metres"}

// Called leaves the villages that have the text in their name or in that of their town or county.
func (a *CoverageAnswer) Called(text string) {
	if text == "" {
		return
	}
	v := a.Result.Villages
	in := func(list []coverage.Area, i int32) bool { return i >= 0 && strings.Contains(list[i].Name, text) }
	a.Villages = slices.DeleteFunc(a.Villages, func(i int) bool {
		return !strings.Contains(v.Table.Get(v.Rows[i], "name").Text(), text) && !in(a.Result.Towns, v.Town[i]) && !in(a.Result.Counties, v.County[i])
	})
}

// Sort puts the villages, which are in the order of their codes, in one of coverageOrders. What is
// not known comes first, as the least.
func (a *CoverageAnswer) Sort(order string) {
	by, down := strings.CutPrefix(order, "-")
	var measure func(i int) float64
	switch by {
	case "people":
		measure = func(i int) float64 { return float64(a.Result.Villages.People[i]) } // -1 where it is not known
	case "metres":
		measure = a.missing
	}
	switch {
	case measure == nil && down:
		slices.Reverse(a.Villages)
	case measure != nil:
		slices.SortStableFunc(a.Villages, func(x, y int) int {
			if down {
				x, y = y, x
			}
			return cmp.Compare(measure(x), measure(y))
		})
	}
}

// missing is the metres of a village's way out that are not hardened or, of other services, those to
// the nearest supply; not a number where there is none.
func (a *CoverageAnswer) missing(i int) float64 {
	if a.Service == service.Road {
		return float64(a.Result.Roads.UnhardenedM[i])
	}
	if s := a.Result.Supplies[a.Service]; s != nil && s.Table != nil {
		return float64(s.Metres[i])
	}
	return math.NaN()
}
