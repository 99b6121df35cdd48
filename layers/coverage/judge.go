package coverage

import (
	"strings"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// judged is a service made ready to judge the villages of one layer: fields by their indexes, limits by their values.
type judged struct {
	*service.Service
	asked, planned int
	criteria       []criterion
	source         string // of the checklist
}

// criterion is a declared criterion made ready.
type criterion struct {
	*service.Criterion
	field, planned   int
	full, basic      service.Limit
	counties         service.List // whose villages are held against the other limits
	elseFull, elseOK service.Limit
	aside            bool
	judge            judge
}

// judge finds what a field alone does not say of the village with the index.
type judge func(r *Result, c *criterion, i int) Criterion

// judges are those that declarations name.
var judges = map[string]judge{
	"unbroken_road":   func(r *Result, c *criterion, i int) Criterion { return r.roadCriterion(c, i) },
	"fetch_or_tap":    fetchOrTap,
	"mobile_or_tower": mobileOrTower,
	"incidence":       villageIncidence,
}

// field is the index of a field; -1 where the layer has none such, or none is named.
func field(l *layers.Layer, id string) int {
	if id == "" {
		return -1
	}
	return l.Field(id)
}

func newJudged(s *service.Service, rules *service.Rules, l *layers.Layer) *judged {
	j := &judged{Service: s, asked: field(l, s.Asked), planned: field(l, s.Planned.Field)}
	if s.Checklist == "" {
		for k := range s.Criteria {
			j.criteria = append(j.criteria, newCriterion(&s.Criteria[k], rules, l))
		}
		return j
	}
	list := rules.List(s.Checklist)
	j.source = list.Source
	for _, name := range list.Values {
		for k := range s.Criteria {
			if strings.TrimPrefix(s.Criteria[k].Code, string(s.ID)+"_") == name {
				j.criteria = append(j.criteria, newCriterion(&s.Criteria[k], rules, l))
			}
		}
	}
	return j
}

func newCriterion(declared *service.Criterion, rules *service.Rules, l *layers.Layer) criterion {
	c := criterion{
		Criterion: declared, field: field(l, declared.Field), planned: field(l, declared.Planned), judge: judges[declared.Judge],
		aside: declared.Decides != "" && !rules.List(declared.Decides).Has("yes"),
	}
	c.full, c.basic = limits(rules, declared.Limit, declared.Basic)
	if w := declared.Where; w != nil {
		c.counties = rules.List(w.Counties)
		c.elseFull, c.elseOK = limits(rules, w.Limit, w.Basic)
	}
	return c
}

// limits are those at two keys; that at the second is that at the first where it is empty.
func limits(rules *service.Rules, full, basic string) (f, b service.Limit) {
	if full == "" {
		return f, b
	}
	f = rules.Limit(full)
	if basic == "" {
		return f, f
	}
	return f, rules.Limit(basic)
}

// newJudges makes every service ready.
func newJudges(catalog *service.Catalog, villages *snapshot.Table) map[service.ID]*judged {
	l := &layers.Layer{}
	if villages != nil {
		l = villages.Layer
	}
	list := map[service.ID]*judged{}
	for _, s := range catalog.Services {
		list[s.ID] = newJudged(s, catalog.Rules, l)
	}
	return list
}

// get is a field of the village with the index.
func (r *Result) get(i, field int) layers.Value {
	return value(r.Villages.Table, r.Villages.Rows[i], field)
}

// named is a field of the village with the index, by its id.
func (r *Result) named(i int, id string) layers.Value {
	return r.get(i, r.Villages.Table.Layer.Field(id))
}

// appendWhy appends the criteria of a service for the village with the index. The road and the services whose states
// are criteria must have been judged before.
func (r *Result) appendWhy(list []Criterion, j *judged, i int) []Criterion {
	from := len(list)
	list, decided := r.byPlan(list, j, i)
	for k := range j.criteria {
		if c := &j.criteria[k]; !decided || c.Always {
			list = append(list, r.judgeCriterion(c, i))
		}
	}
	for k := from; k < len(list); k++ {
		c := &list[k]
		if c.Source == "" {
			c.Source = j.source
		}
		if c.Field != "" && c.Year == 0 && !c.Value.IsNull() {
			c.Year = r.Surveyed
		}
	}
	return list
}

func (r *Result) judgeCriterion(c *criterion, i int) Criterion {
	if c.judge != nil {
		return c.judge(r, c, i)
	}
	switch c.Rule {
	case service.OfService:
		return r.ofService(c, i)
	case service.Yes:
		return c.yes(r, i)
	}
	full, basic := c.full, c.basic
	if county := r.Villages.County[i]; c.Where != nil && county >= 0 && c.counties.Has(r.Counties[county].Code) {
		full, basic = c.elseFull, c.elseOK
	}
	return c.graded(r.get(i, c.field), full, basic)
}

// evidence begins the evidence of a criterion.
func (c *criterion) evidence(v layers.Value) Criterion {
	return Criterion{Code: c.Code, Field: c.Field, Value: v, Aside: c.aside, word: word{c.Title, c.Unit, c.Rule}}
}

// yes judges a yes or no. From the year on in which its works are planned, after the survey, it is yes.
func (c *criterion) yes(r *Result, i int) Criterion {
	found := c.evidence(r.get(i, c.field))
	if works := int(r.get(i, c.planned).Int()); works > r.Surveyed && works <= r.Year {
		found.State, found.Value, found.Year = service.Reached, layers.Bool(true), works
		return found
	}
	switch {
	case found.Value.IsNull():
	case found.Value.Bool():
		found.State = service.Reached
	default:
		found.State = service.Not
	}
	return found
}

// graded judges a number.
func (c *criterion) graded(v layers.Value, full, basic service.Limit) Criterion {
	found := c.evidence(v)
	found.Limit, found.Basic, found.Source = full.Value, basic.Value, full.Source
	found.State = grade(c.Rule, v, full.Value, basic.Value)
	return found
}

// grade is the state of a number by a rule.
func grade(rule service.Rule, v layers.Value, full, basic float64) service.State {
	switch {
	case v.IsNull():
		return service.Unknown
	case holds(rule, v.Float(), full):
		return service.Reached
	case holds(rule, v.Float(), basic):
		return service.Basically
	}
	return service.Not
}

func holds(rule service.Rule, v, limit float64) bool {
	switch rule {
	case service.AtMost:
		return v <= limit
	case service.Below:
		return v < limit
	case service.Above:
		return v > limit
	}
	return v >= limit
}

// ofService takes a service's state as a criterion: basically reached is enough.
func (r *Result) ofService(c *criterion, i int) Criterion {
	state := r.States[c.Of][i]
	found := c.evidence(layers.Text(state.String()))
	found.State, found.Year = state, r.Year
	if state == service.Basically {
		found.State = service.Reached
	}
	return found
}

// byPlan judges a service whose works are dated: decided reports that what was
// measured says nothing of the year asked for, since the works came after it.
func (r *Result) byPlan(list []Criterion, j *judged, i int) (_ []Criterion, decided bool) {
	v := r.get(i, j.planned)
	if j.planned < 0 || v.IsNull() {
		return list, false
	}
	works := int(v.Int())
	c := Criterion{
		Code: j.Planned.Field, Field: j.Planned.Field, Value: v, Limit: float64(r.Year), Basic: float64(r.Year), Year: works, planned: true,
		word: word{title: j.Planned.Title},
	}
	switch {
	case works > r.Year:
		// What was measured is still listed, for it tells what the works must mend.
		c.State = service.Not
		return append(list, c), false
	case works > r.Surveyed:
		c.State = service.Reached
		return append(list, c), true
	}
	return list, false
}

// fetchOrTap judges the time it takes to fetch water. Where every home has a tap nobody fetches, whether or not a time
// is on record.
func fetchOrTap(r *Result, c *criterion, i int) Criterion {
	found := c.graded(r.get(i, c.field), c.full, c.basic)
	if rate := r.named(i, tapWaterRate); rate.Float() >= 100 {
		found.State, found.Value, found.Field = service.Reached, layers.Int(0), tapWaterRate
	}
	return found
}

const tapWaterRate = "tap_water_rate"

// mobileOrTower tells of 4G: by the village's own field or, where that is not a yes, by a
// tower's radius.
func mobileOrTower(r *Result, c *criterion, i int) Criterion {
	found := c.yes(r, i)
	if found.State == service.Reached || r.towers.count() == 0 {
		return found
	}
	at, ok := r.Villages.At(i)
	if !ok {
		return found
	}
	if metres, radius, ok := r.towers.covering(at); ok {
		return Criterion{
			Code: "broadband_tower", State: service.Reached, Value: layers.Float(metres), Limit: radius, Basic: radius, Aside: c.aside, Year: r.Year,
			word: word{layers.Words{Zh: "距 4G 基站", En: "distance to a 4G tower"}, layers.Words{Zh: " 米", En: " m"}, service.AtMost},
		}
	}
	found.State = service.Not
	return found
}

func villageIncidence(r *Result, c *criterion, i int) Criterion {
	found := c.evidence(layers.Null)
	get := func(id string) layers.Value { return r.named(i, id) }
	found.incidence(get, "population", c.full)
	return found
}

// incidence is those still poor in a hundred people, which must be below the limit.
// Where they are not on record the registered poor stand in. Registers keep those who
// have left poverty: where a place is struck off, more than the limit says nothing then.
func (c *Criterion) incidence(get func(id string) layers.Value, people string, below service.Limit) {
	c.Limit, c.Basic, c.Source, c.Field = below.Value, below.Value, below.Source, "remaining_poor"
	poor := get("remaining_poor")
	remaining := !poor.IsNull()
	if !remaining {
		poor, c.Field = get("poor_population"), "poor_population"
	}
	if poor.IsNull() || get(people).Float() <= 0 {
		return
	}
	percent := 100 * poor.Float() / get(people).Float()
	c.Value = layers.Float(percent)
	switch {
	case percent < below.Value:
		c.State = service.Reached
	case remaining || get("exit_status").Text() != layers.StruckOff:
		c.State = service.Not
	}
}
