// Package questions is everything that may be asked, a file a question: who lacks what, what is near, which works close a
// gap, how far along the plan is, where settlements can go.
//
// A snapshot and the parameters of a question flow in, an answer flows out. The work itself is done by the packages that
// it is about; here stands what is asked, how it is called and what the answer looks like. It knows nothing of HTTP,
// flags or files: web and cmd range over All.
package questions

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/cuntu/cuntu/geo/dem"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/area"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/kept"
	"github.com/cuntu/cuntu/layers/outline"
	"github.com/cuntu/cuntu/layers/procedure"
	"github.com/cuntu/cuntu/layers/programme"
	"github.com/cuntu/cuntu/layers/progress"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/search"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/siting"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/layers/summary"
	"github.com/cuntu/cuntu/layers/watch"
	"github.com/cuntu/cuntu/layers/workday"
)

// World is one moment to be asked about.
type World struct {
	Snap *snapshot.Snapshot
	*Desk
	// Past is the world as it was at an earlier moment, as who asks may see it; nil where no history is at hand.
	Past func(ctx context.Context, at time.Time) (World, error)
}

// Desk keeps what answers are made from, from one question to the next. Any number of goroutines may use it.
type Desk struct {
	Services  *service.Catalog
	Roads     *roads.Cache
	Coverage  *coverage.Cache
	Areas     area.Cache
	Progress  progress.Cache
	Summaries summary.Cache
	Searcher  search.Searcher
	Surveys   siting.Cache
	Flaws     kept.Cache[flawsKey, []outline.Flaw]
	// Criteria judge where settlements may go.
	Criteria *siting.Criteria
	// Procedures are what villages, counties and projects go through.
	Procedures *procedure.Catalog
	// Watching says what is watched and what is due when, and Workdays on which days one works.
	Watching *watch.Rules
	Workdays *workday.Calendar
	// Ground is the latest model of the ground; nil where none is loaded.
	Ground func() *dem.Model
	// Now tells the present year, which stands in where none is asked for.
	Now func() time.Time
}

// NewDesk is a desk that has answered nothing yet, by the services' declarations.
func NewDesk(services *service.Catalog) *Desk {
	return &Desk{
		Services:   services,
		Roads:      &roads.Cache{},
		Coverage:   &coverage.Cache{Services: services},
		Criteria:   siting.Default(),
		Procedures: procedure.Default(),
		Watching:   watch.Default(),
		Workdays:   workday.Default(),
		Ground:     func() *dem.Model { return nil },
		Now:        time.Now,
	}
}

// Question is a question of this package.
type Question = question.Question[World]

// All is every question.
func All() []*Question {
	return []*Question{
		listCoverage(), summariseCoverage(), listCritical(), coverageStates(), villageDossier(),
		near(), nearMany(), route(), catchment(),
		makeProgramme(), whatIf(), showProgress(), villageExit(),
		listProcedures(), listCases(), showCase(), summariseProjects(),
		sitingCriteria(), judge(), evaluatePlace(), evaluateParcels(), searchSites(), planClasses(), makePlan(),
		watchVillages(), listLeads(),
		summarise(), listAreas(), listFlaws(), locate(), searchNames(),
	}
}

// Choices tells the lists that parameters name.
func (w World) Choices() question.Choices { return Choices(w.Services, w.Snap.Catalog) }

// Choices tells the lists that parameters name, by the declarations of services and layers.
func Choices(services *service.Catalog, catalog *layers.Catalog) question.Choices {
	return func(list string) []string {
		switch list {
		case "services":
			return services.IDs()
		case "works":
			return programme.ServiceIDs()
		case "placed":
			return catalog.Placed()
		}
		panic("questions: there is no list " + list)
	}
}

// exit is the procedure by which villages exit; nil where the file of procedures has none.
func (w World) exit() *procedure.Procedure {
	p, _ := w.Procedures.Procedure(progress.ExitID)
	return p
}

// year is the year asked for, the present one where it is 0.
func (w World) year(asked int) int {
	if asked == 0 {
		return w.Now().Year()
	}
	return asked
}

// covered is what coverage finds as of the year.
func (w World) covered(year int) (*coverage.Result, error) {
	return w.Coverage.Get(w.Snap, w.Roads, w.year(year))
}

// Years is the year that a question is about.
type Years struct {
	Year int `min:"1900" max:"2100" zh:"到这一年底建成的都算已有；缺省为今年。" en:"What is complete by its end counts as existing; this year by default."`
}

// Narrowed narrows a question to an area.
type Narrowed struct {
	Area   string `zh:"只看这个区域：任一级的区划代码。" en:"Only in this area: a division code of any level."`
	County string `zh:"只看这个县区（代码）。" en:"Only in this county, by its code."`
	Town   string `zh:"只看这个镇（代码）。" en:"Only in this town, by its code."`
}

func (in Narrowed) areas() area.Narrowing { return area.Narrowing(in) }

// Within narrows a question to an area and to what a condition holds of.
type Within struct {
	Narrowed
	Filter string `zh:"只看符合条件的，CQL2 文本，如 population > 500。" en:"Only what matches, in CQL2 text, such as: population > 500"`
}

// check adds what is wrong with areas and conditions for a layer.
func (w World) check(in Within, t *snapshot.Table, wrong *layers.Faults) {
	if areas := in.areas(); !areas.None() {
		areas.Within(w.Areas.Get(w.Snap), t, wrong)
	}
	checkFilter(in.Filter, t.Layer, wrong)
}

// keep tells which rows of a table, of those in the world, a question is narrowed to; nil is all of them. The table may be
// of a result, that is of another snapshot with the same fields, or nil where there is none. What is wrong has been told by
// check.
func (w World) keep(in Within, t *snapshot.Table, year int) (func(row uint32) bool, error) {
	if t == nil {
		return nil, nil
	}
	if in == (Within{}) {
		return w.seen(t, nil), nil
	}
	var wrong layers.Faults
	var within func(row uint32) bool
	if areas := in.areas(); !areas.None() {
		within = areas.Within(w.Areas.Get(w.Snap), t, &wrong)
	}
	match, err := w.filter(in.Filter, t, year)
	if err = cmp.Or(err, wrong.Err()); err != nil {
		return nil, err
	}
	switch {
	case within == nil:
		return w.seen(t, match), nil
	case match == nil:
		return w.seen(t, within), nil
	}
	return w.seen(t, func(row uint32) bool { return within(row) && match(row) }), nil
}

// onRoads are the layers that show in answers made of the road network, and onWorks those in plans of works.
var onRoads, onWorks = []string{"road"}, []string{"road", "village"}

// May is nil where whoever sees the world may ask a question that reads all of some layers.
func (w World) May(reads []string) error {
	for _, layer := range reads {
		whole, ok := w.Snap.Whole().Table(layer)
		if !ok {
			continue
		}
		if seen, ok := w.Snap.Table(layer); !ok || seen.Len() < whole.Len() {
			return question.Denied(fmt.Sprintf("only who may read all of layer %s can ask this", layer))
		}
	}
	return nil
}

// sees tells whether a row of the whole snapshot is in the world.
func (w World) sees(t *snapshot.Table, row uint32) bool {
	seen, ok := w.Snap.Table(t.Layer.ID)
	return ok && seen.Holds(row)
}

// knows tells whether the area with the code is in the world. One above the county, of which there is no record, is where any
// county is.
func (w World) knows(code string) bool {
	if w.Snap == w.Snap.Whole() {
		return true
	}
	layer := string(w.Areas.Get(w.Snap).LevelOf(code))
	if layer == string(area.Prefecture) || layer == string(area.Province) {
		t, ok := w.Snap.Table(string(area.County))
		return ok && t.Len() > 0
	}
	t, ok := w.Snap.Table(layer)
	if ok {
		_, ok = t.FindCode(code)
	}
	return ok
}

// seen narrows a choice of rows of the whole snapshot to those in the world; nil is all of them.
func (w World) seen(t *snapshot.Table, keep func(row uint32) bool) func(row uint32) bool {
	if seen, ok := w.Snap.Table(t.Layer.ID); ok && seen.Len() == t.Len() {
		return keep
	}
	return func(row uint32) bool { return w.sees(t, row) && (keep == nil || keep(row)) }
}

// get is a field of a row of the whole snapshot, null where it is not in the world.
func (w World) get(t *snapshot.Table, row uint32, field string) layers.Value {
	if !w.sees(t, row) {
		return layers.Null
	}
	seen, _ := w.Snap.Table(t.Layer.ID)
	return seen.Get(row, field)
}

// villages is the layer of villages; one without any where the catalogue has none.
func (w World) villages() *snapshot.Table {
	if t, ok := w.Snap.Table(service.MarkedLayer); ok {
		return t
	}
	catalog := &layers.Catalog{Layers: []*layers.Layer{{ID: service.MarkedLayer}}}
	t, _ := snapshot.NewBuilder(catalog).Snapshot().Table(service.MarkedLayer)
	return t
}
