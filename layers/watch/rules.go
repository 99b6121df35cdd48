// Package watch watches that nobody falls back into poverty: what was reported of households, by counts alone, the leads that
// a village may fall back, and by when each is to be seen to.
//
// A snapshot, rules, a calendar of working days and a day flow in; cases with their deadlines, what villages lack and their
// colours flow out. It knows no household and no person. Who may see which of it is the caller's to say.
package watch

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/settings"
)

//go:embed rules.yaml
var defaults []byte

// Rules say what is due when and what makes which colour. They are made by Default or Parse and not changed after.
type Rules struct {
	Months  settings.Quantity `yaml:"months"`
	Steps   []StepRule        `yaml:"steps" merge:"id"`
	Leads   []LeadRule        `yaml:"leads" merge:"id"`
	Gaps    []GapRule         `yaml:"gaps" merge:"id"`
	Colours []Colour          `yaml:"colours" merge:"id"`
}

// StepRule says by when a step is due after the one before.
type StepRule struct {
	ID     string `yaml:"id"`
	Days   int    `yaml:"days"` // working days
	Source string `yaml:"source"`
}

// LeadRule says what of a village's fields is a lead when it changes.
type LeadRule struct {
	ID     string   `yaml:"id"`
	Field  string   `yaml:"field"`
	Falls  []string `yaml:"falls"` // values from good to bad
	Rises  bool     `yaml:"rises"`
	Source string   `yaml:"source"`
}

// GapRule says what a village lacks.
type GapRule struct {
	ID     string       `yaml:"id"`
	Title  layers.Words `yaml:"title"`
	Field  string       `yaml:"field"`
	Values []string     `yaml:"values"`
	Above  *float64     `yaml:"above"`
	Source string       `yaml:"source"`
}

// Colour is what villages are of which any of the conditions holds; 0 is none.
type Colour struct {
	ID       string       `yaml:"id"`
	Title    layers.Words `yaml:"title"`
	Color    string       `yaml:"color"` // #rrggbb
	LateDays int          `yaml:"late_days"`
	Gaps     int          `yaml:"gaps"`
	Open     int          `yaml:"open"`
	Source   string       `yaml:"source"`
}

// Default is the rules that Cuntu ships with.
func Default() *Rules {
	r := &Rules{}
	if err := r.read(bytes.NewReader(defaults)); err != nil {
		panic("watch: its own rules.yaml: " + err.Error()) // a test reads it
	}
	return r
}

// Parse is the default rules with what the YAML file changes. An error names what is wrong and what is allowed there.
func Parse(file io.Reader) (*Rules, error) {
	r := Default()
	return r, r.read(file)
}

func (r *Rules) read(file io.Reader) error {
	if err := settings.Read(file, r); err != nil {
		return err
	}
	if m := r.Months.Value; !(m >= 1 && m <= 120) || m != float64(int(m)) || r.Months.Source == "" {
		return fmt.Errorf("months: needs a whole number from 1 to 120, not %v, and its source", m)
	}
	catalog := layers.Builtin()
	record, _ := catalog.Layer("watch_step")
	if err := r.checkSteps(choices(record, "step")); err != nil {
		return err
	}
	known := choices(record, "lead")
	for _, l := range r.Leads {
		switch {
		case !slices.Contains(known, l.ID):
			return fmt.Errorf("leads: %q is not one of %v", l.ID, known)
		case l.Field == "" || l.Source == "":
			return fmt.Errorf("leads: %s: needs a field and the source it is taken from", l.ID)
		case l.Rises == (len(l.Falls) > 1):
			return fmt.Errorf("leads: %s: needs either rises, or falls with two values at least", l.ID)
		}
	}
	for _, g := range r.Gaps {
		if g.ID == "" || g.Title.Zh == "" || g.Title.En == "" || g.Field == "" || g.Source == "" || (g.Above == nil) == (len(g.Values) == 0) {
			return fmt.Errorf("gaps: %q: needs a title with zh and en, a field, either values or above, and its source", g.ID)
		}
	}
	return r.checkColours()
}

// checkSteps sees that the rules name the steps of the record that follow on each other, in their order.
func (r *Rules) checkSteps(known []string) error {
	want := known[:len(known)-1] // all but dismissed, which may come at any time
	if len(r.Steps) != len(want) {
		return fmt.Errorf("steps: must be %v", want)
	}
	for i, s := range r.Steps {
		if s.ID != want[i] {
			return fmt.Errorf("steps: must be %v in this order", want)
		}
		if s.Days < 0 || s.Days > 1000 || s.Source == "" {
			return fmt.Errorf("steps: %s: needs days from 0 to 1000, not %d, and their source", s.ID, s.Days)
		}
	}
	return nil
}

func (r *Rules) checkColours() error {
	if len(r.Colours) == 0 {
		return errors.New("colours: needs one at least")
	}
	for i, c := range r.Colours {
		switch {
		case c.ID == "" || c.Title.Zh == "" || c.Title.En == "" || len(c.Color) != 7 || c.Source == "":
			return fmt.Errorf("colours: %q: needs an id, a title with zh and en, a color such as #c8452d, and its source", c.ID)
		case c.LateDays < 0 || c.Gaps < 0 || c.Open < 0:
			return fmt.Errorf("colours: %s: late_days, gaps and open are 0, which is no condition, or more", c.ID)
		case c.LateDays+c.Gaps+c.Open == 0 != (i == len(r.Colours)-1):
			return fmt.Errorf("colours: %s: the last one alone is without conditions", c.ID)
		}
	}
	return nil
}

func choices(l *layers.Layer, field string) (all []string) {
	for _, c := range l.Fields[l.Field(field)].Values {
		all = append(all, c.Value)
	}
	return all
}

// ColourOf is the first colour of which a condition holds.
func (r *Rules) ColourOf(lateDays, gaps, open int) *Colour {
	for i := range r.Colours {
		c := &r.Colours[i]
		if c.LateDays > 0 && lateDays >= c.LateDays || c.Gaps > 0 && gaps >= c.Gaps || c.Open > 0 && open >= c.Open {
			return c
		}
	}
	return &r.Colours[len(r.Colours)-1]
}
