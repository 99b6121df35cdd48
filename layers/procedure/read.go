package procedure

import (
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"slices"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/layers/area"
	"github.com/cuntu/cuntu/layers/settings"
)

//go:embed procedures.yaml
var defaults []byte

// Conditions are the names of what steps may ask of a subject.
func Conditions() []string { return []string{ExitRules, EvidenceHolds, Poverty, Money, Section, Km} }

// What steps ask of subjects. layers/casework answers.
const (
	ExitRules     = "exit_rules"     // the village or county meets the rules of exit
	EvidenceHolds = "evidence_holds" // what the claim rested on still meets them
	Poverty       = "poverty"        // the village is a poverty village
	Money         = "money"          // the sources add up to the cost, and nothing is spent that is not there
	Section       = "section"        // no other project builds the same section of road
	Km            = "km"             // the kilometres are those of the line
)

// Default is what Cuntu ships with.
func Default() *Catalog {
	c := &Catalog{}
	if err := settings.Read(bytes.NewReader(defaults), c); err != nil {
		panic("procedure: its own procedures.yaml: " + err.Error()) // a test reads it
	}
	return c
}

// Read is the default with what a file changes, checked against the layers.
func Read(file io.Reader, catalog *layers.Catalog) (*Catalog, error) {
	c := Default()
	if err := settings.Read(file, c); err != nil {
		return nil, err
	}
	return c, c.Check(catalog)
}

// Check is what is wrong with the procedures: layers and fields that are not there, steps that nothing leads to.
func (c *Catalog) Check(catalog *layers.Catalog) error {
	var wrong layers.Faults
	for i := range c.Procedures {
		c.Procedures[i].check(catalog, &wrong)
	}
	return wrong.Err()
}

func (p *Procedure) check(catalog *layers.Catalog, wrong *layers.Faults) {
	layer, ok := catalog.Layer(p.Layer)
	if !ok || layer.Field(p.Key) < 0 {
		wrong.Add(p.ID, "there is no field %s of a layer %s", p.Key, p.Layer)
		return
	}
	record, ok := catalog.Layer(p.Record)
	if !ok || !record.AppendOnly || record.Field(p.Of) < 0 || record.Field("step") < 0 {
		wrong.Add(p.ID, "there is no record %s with the fields %s and step", p.Record, p.Of)
		return
	}
	known := record.Fields[record.Field("step")].Values
	for i := range p.Steps {
		p.checkStep(i, layer, known, wrong)
	}
}

func (p *Procedure) checkStep(i int, layer *layers.Layer, known []layers.Choice, wrong *layers.Faults) {
	s := &p.Steps[i]
	part := p.ID + "." + s.ID
	if !slices.ContainsFunc(known, func(c layers.Choice) bool { return c.Value == s.ID }) {
		wrong.Add(part, "is no value of the field step of layer %s", p.Record)
	}
	if len(s.From) == 0 {
		wrong.Add(part+".from", "must name a stage from which the step is taken")
	}
	for _, list := range []struct {
		name   string
		stages []string
	}{{"from", s.From}, {"apart", s.Apart}, {"after", s.After}, {"fails", compact(s.Fails)}} {
		for _, stage := range list.stages {
			if _, ok := p.Step(stage); !ok && stage != Start {
				wrong.Add(part+"."+list.name, "%q is no step of it", stage)
			}
		}
	}
	if !slices.Contains(access.Verbs(), s.Verb) {
		wrong.Add(part+".verb", "%q is no verb", s.Verb)
	}
	for _, level := range s.Unit {
		if _, err := area.ParseLevel(string(level)); err != nil {
			wrong.Add(part+".unit", "%v", err)
		}
	}
	for _, name := range s.Conditions {
		if !slices.Contains(Conditions(), name) {
			wrong.Add(part+".conditions", "%q is not one of %v", name, Conditions())
		}
	}
	for _, field := range s.Fields {
		if layer.Field(field) < 0 {
			wrong.Add(part+".fields", "%q is no field of layer %s", field, layer.ID)
		}
	}
	for name, days := range map[string]int{"notice_days": s.NoticeDays, "due_days": s.DueDays} {
		if days < 0 || days > 3650 {
			wrong.Add(part+"."+name, "must be 0 to 3650 days")
		}
	}
	if s.Check != (s.Fails != "") {
		wrong.Add(part+".fails", "says to where a check sends back that is not passed, and belongs to checks alone")
	}
	if s.Money != "" && s.Money != Contract && s.Money != Payment {
		wrong.Add(part+".money", "%q is not %s or %s", s.Money, Contract, Payment)
	}
	if s.NoticeDays > 0 && s.Aside {
		wrong.Add(part, "a step aside opens no notice")
	}
}

func compact(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// The money that a step is about.
const (
	Contract = "contract"
	Payment  = "payment"
)

// String is the procedure's id.
func (p *Procedure) String() string { return fmt.Sprintf("procedure %s", p.ID) }
