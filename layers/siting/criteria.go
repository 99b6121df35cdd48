package siting

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/cql2"
	"github.com/cuntu/cuntu/layers/settings"
)

//go:embed criteria.yaml
var defaults []byte

// Measure is how a criterion's value is got.
type Measure string

// The measures; criteria.yaml says what each is.
const (
	Minutes    Measure = "minutes"
	Metres     Measure = "metres"
	Unhardened Measure = "unhardened"
	Straight   Measure = "straight"
	Slope      Measure = "slope"
	Height     Measure = "height"
	Overlap    Measure = "overlap"
	Clearance  Measure = "clearance"
)

var measures = []Measure{Minutes, Metres, Unhardened, Straight, Slope, Height, Overlap, Clearance}

// ofGround tells whether the measure asks the elevation model and no layer.
func (m Measure) ofGround() bool { return m == Slope || m == Height }

// Unit is the unit of the measure's values: min, m, ° or %.
func (m Measure) Unit() string {
	switch m {
	case Minutes:
		return "min"
	case Slope:
		return "°"
	case Overlap:
		return "%"
	}
	return "m"
}

// Group puts criteria together.
type Group struct {
	ID    string       `yaml:"id" json:"id"`
	Title layers.Words `yaml:"title" json:"title"`
}

// Criterion is one thing that a place is judged by.
type Criterion struct {
	ID      string       `yaml:"id" json:"id"`
	Title   layers.Words `yaml:"title" json:"title"`
	Group   string       `yaml:"group" json:"group"`
	Measure Measure      `yaml:"measure" json:"measure"`
	Layer   string       `yaml:"layer" json:"layer,omitempty"`
	Where   string       `yaml:"where" json:"where,omitempty"`
	Curve   Curve        `yaml:"curve" json:"curve"`
	Min     *float64     `yaml:"min" json:"min"` // hard constraints; nil for none
	Max     *float64     `yaml:"max" json:"max"`
	Weight  float64      `yaml:"weight" json:"weight"`
	Source  string       `yaml:"source" json:"source"`
}

// Fails tells whether a known value breaks a hard constraint.
func (c *Criterion) Fails(value float64) bool {
	return c.Max != nil && value > *c.Max || c.Min != nil && value < *c.Min
}

// Criteria are all of them, with what they are judged for. They are made by Default,
// Parse or With and not changed after.
type Criteria struct {
	People settings.Quantity `yaml:"people" json:"people"`
	LandM2 settings.Quantity `yaml:"land_m2" json:"land_m2"` // a person
	WaterL settings.Quantity `yaml:"water_l" json:"water_l"` // a person and day
	Groups []Group           `yaml:"groups" merge:"id" json:"groups"`
	List   []Criterion       `yaml:"criteria" merge:"id" json:"criteria"`
}

// Default is the criteria that Cuntu ships with.
func Default() *Criteria {
	c := &Criteria{}
	if err := c.read(bytes.NewReader(defaults)); err != nil {
		panic("siting: its own criteria.yaml: " + err.Error()) // a test reads it
	}
	return c
}

// Parse is the default criteria with what the YAML file changes. An error names the
// line, the key and what is allowed there.
func Parse(file io.Reader) (*Criteria, error) {
	c := Default()
	return c, c.read(file)
}

func (c *Criteria) read(file io.Reader) error {
	if err := settings.Read(file, c); err != nil {
		return err
	}
	return c.check()
}

// Limits of what criteria may say.
const (
	mostPeople   = 1_000_000
	mostCriteria = 100
)

func (c *Criteria) check() error {
	for _, q := range []struct {
		name      string
		value     *settings.Quantity
		low, high float64
	}{{"people", &c.People, 1, mostPeople}, {"land_m2", &c.LandM2, 1, 10_000}, {"water_l", &c.WaterL, 0, 10_000}} {
		if !(q.value.Value >= q.low && q.value.Value <= q.high) || q.value.Source == "" {
			return fmt.Errorf("%s: needs a value from %v to %v, not %v, and its source", q.name, q.low, q.high, q.value.Value)
		}
	}
	if len(c.List) > mostCriteria {
		return fmt.Errorf("criteria: %d are more than the %d that are allowed", len(c.List), mostCriteria)
	}
	for i := range c.List {
		if err := c.List[i].check(c.Groups); err != nil {
			return fmt.Errorf("criterion %q: %w", c.List[i].ID, err)
		}
	}
	return nil
}

func (c *Criterion) check(groups []Group) error {
	var names []string
	for _, g := range groups {
		names = append(names, g.ID)
	}
	switch {
	case c.ID == "" || c.Title.Zh == "" || c.Title.En == "":
		return errors.New("needs an id and a title with zh and en")
	case slices.Contains(names, c.ID):
		return errors.New("has the id of a group")
	case !slices.Contains(names, c.Group):
		return fmt.Errorf("group: %q is not one of %s", c.Group, strings.Join(names, ", "))
	case !slices.Contains(measures, c.Measure):
		return fmt.Errorf("measure: %q is not one of %v", c.Measure, measures)
	case c.Measure.ofGround() == (c.Layer != ""):
		return fmt.Errorf("layer: measure %s asks %s", c.Measure, map[bool]string{true: "for none", false: "for a layer"}[c.Measure.ofGround()])
	case !(c.Weight >= 0 && c.Weight <= 1e6):
		return fmt.Errorf("weight: %v is not a number from 0 to 1000000", c.Weight)
	case c.Source == "":
		return errors.New("needs the source it is taken from")
	case c.Min != nil && !finite(*c.Min) || c.Max != nil && !finite(*c.Max):
		return errors.New("min and max must be numbers")
	}
	return c.Curve.check()
}

func finite(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) }

// condition is the criterion's where for what a settlement of so many people needs.
func (c *Criteria) condition(n, people int) (*cql2.Expr, error) {
	text := c.List[n].Where
	if text == "" {
		return nil, nil
	}
	number := func(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
	text = strings.NewReplacer(
		"{people}", strconv.Itoa(people),
		"{land_m2}", number(float64(people)*c.LandM2.Value),
		"{water_m3d}", number(float64(people)*c.WaterL.Value/1000),
	).Replace(text)
	return cql2.Parse(text)
}

// Change is what a caller wants otherwise, by criterion; what it does not name stays.
type Change struct {
	Weights map[string]float64     `json:"weights,omitempty"`
	Curves  map[string]Curve       `json:"curves,omitempty"`
	Limits  map[string]LimitChange `json:"limits,omitempty"`
}

// LimitChange takes the place of both hard constraints; nil is none.
type LimitChange struct {
	Min *float64 `json:"min"`
	Max *float64 `json:"max"`
}

// With is the criteria with a change. An error names the criterion.
func (c *Criteria) With(change Change) (*Criteria, error) {
	next := *c
	next.List = slices.Clone(c.List)
	find := func(what, id string) (*Criterion, error) {
		if i := c.Index(id); i >= 0 {
			return &next.List[i], nil
		}
		return nil, fmt.Errorf("%s: %q is not a criterion; there are %s", what, id, strings.Join(c.IDs(), ", "))
	}
	for id, w := range change.Weights {
		of, err := find("weights", id)
		if err != nil {
			return nil, err
		}
		of.Weight = w
	}
	for id, curve := range change.Curves {
		of, err := find("curves", id)
		if err != nil {
			return nil, err
		}
		of.Curve = curve
	}
	for id, l := range change.Limits {
		of, err := find("limits", id)
		if err != nil {
			return nil, err
		}
		of.Min, of.Max = l.Min, l.Max
	}
	return &next, next.check()
}

// Index is the number of the criterion with the id, or -1.
func (c *Criteria) Index(id string) int {
	return slices.IndexFunc(c.List, func(of Criterion) bool { return of.ID == id })
}

// IDs lists the criteria.
func (c *Criteria) IDs() []string {
	ids := make([]string, len(c.List))
	for i := range c.List {
		ids[i] = c.List[i].ID
	}
	return ids
}
