package service

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/cuntu/cuntu/layers"
)

// MarkedLayer is the layer that has services' states as derived fields.
const MarkedLayer = "village"

// LacksID is the derived field that counts the services of the overview that a village is known to lack: null where it
// lacks none that is known and others are not known.
const LacksID = "cov_lacks"

// Catalog is the declaration of every service, in the order in which lists show them, and the rules that they are
// judged by. A service stands behind those whose states it takes.
type Catalog struct {
	Services []*Service
	Rules    *Rules
}

// Parse is the builtin services by the rules with what the YAML file changes. An error names the line, the key and what
// is allowed there.
func Parse(file io.Reader) (*Catalog, error) {
	c := Builtin()
	rules, err := c.Rules.Change(file)
	if err != nil {
		return nil, err
	}
	c.Rules = rules
	if err := c.Check(); err != nil {
		return nil, err
	}
	return c, nil
}

// Find is the service with the id.
func (c *Catalog) Find(id ID) (*Service, bool) {
	i := slices.IndexFunc(c.Services, func(s *Service) bool { return s.ID == id })
	if i < 0 {
		return nil, false
	}
	return c.Services[i], true
}

// IDs are the services' ids in order.
func (c *Catalog) IDs() []string {
	ids := make([]string, len(c.Services))
	for i, s := range c.Services {
		ids[i] = string(s.ID)
	}
	return ids
}

// MarkID is the derived field that has the service's state of a village.
func (s *Service) MarkID() string { return "cov_" + string(s.ID) }

// The places of services' themes among those that the plan is measured by: behind poverty, and the overview at the end.
const (
	firstPlan = 30
	lastPlan  = 80
)

// Marks are the derived fields of villages: a state for each service, and LacksID.
func (c *Catalog) Marks() []layers.Field {
	var fields []layers.Field
	passing := []string{States[Reached].Value, States[Basically].Value}
	for i, s := range c.Services {
		mark := layers.Field{
			ID:      s.MarkID(),
			Type:    layers.TypeText,
			Title:   s.Mark,
			Group:   "coverage",
			Values:  States[:],
			Good:    passing,
			Tile:    true,
			Derived: true,
		}
		if s.Overview && len(s.Targets) > 0 {
			mark.Theme = &layers.Theme{Plan: firstPlan + i, Title: s.Title}
		}
		fields = append(fields, mark)
	}
	lacks := layers.Field{
		ID:      LacksID,
		Type:    layers.TypeInt,
		Title:   words("未达标服务项数", "Services lacking"),
		Group:   "coverage",
		Tile:    true,
		Derived: true,
	}
	lacks.Theme = &layers.Theme{Plan: lastPlan, Title: words("达标总览", "Services overview"), Breaks: []float64{1, 2, 3}}
	return append(fields, lacks)
}

// MarkSums are what clusters of villages tell of the marks: how many villages are of each state, cov_road_reached and
// so on, and the sum of LacksID. Villages of which nothing is asked are not counted.
func (c *Catalog) MarkSums() []layers.Sum {
	var sums []layers.Sum
	for _, s := range c.Services {
		for _, state := range counted {
			word := state.Words()
			title := words(strings.TrimSuffix(s.Mark.Zh, Reached.Words().Zh)+"："+word.Zh, s.Mark.En+": "+word.En)
			sums = append(sums, layers.Sum{ID: s.MarkID() + "_" + state.String(), Title: title, Field: s.MarkID(), Value: state.String()})
		}
	}
	return append(sums, layers.Sum{ID: LacksID, Title: words("未达标服务项数", "Services lacking"), Field: LacksID})
}

// Extend is a catalogue of layers whose villages have the services' states as derived fields.
func (c *Catalog) Extend(catalog *layers.Catalog) *layers.Catalog {
	next := &layers.Catalog{Layers: slices.Clone(catalog.Layers)}
	for i, l := range next.Layers {
		if l.ID == MarkedLayer {
			own := *l
			own.Derived, own.DerivedSums = c.Marks(), c.MarkSums()
			next.Layers[i] = &own
		}
	}
	return next
}

// Check says what does not fit together: a rule or a service that a declaration names and that is not declared, or a
// limit that is easier to reach than its basic one.
func (c *Catalog) Check() error {
	for n, s := range c.Services {
		known := func(id ID) bool {
			return slices.ContainsFunc(c.Services[:n], func(other *Service) bool { return other.ID == id })
		}
		for _, k := range s.Criteria {
			if k.Rule == OfService && !known(k.Of) {
				return fmt.Errorf("service %s: %s: no service %q stands before it", s.ID, k.Code, k.Of)
			}
			if err := c.checkLimits(k); err != nil {
				return err
			}
		}
		for _, t := range slices.Concat(s.Targets, s.County) {
			if !c.Rules.Has(t.Limit) {
				return fmt.Errorf("service %s: %s: the rules have no %q", s.ID, t.Code, t.Limit)
			}
		}
	}
	return nil
}

func (c *Catalog) checkLimits(k Criterion) error {
	pairs := [][2]string{{k.Limit, k.Basic}}
	if k.Where != nil {
		pairs = append(pairs, [2]string{k.Where.Limit, k.Where.Basic})
	}
	for _, pair := range pairs {
		for _, key := range pair {
			if key != "" && !c.Rules.Has(key) {
				return fmt.Errorf("criterion %s: the rules have no %q", k.Code, key)
			}
		}
		full, basic := pair[0], pair[1]
		if basic == "" {
			continue
		}
		if k.Rule == AtMost {
			full, basic = basic, full
		}
		if c.Rules.Limit(full).Value < c.Rules.Limit(basic).Value {
			return fmt.Errorf("%s: must be at least %s", full, basic)
		}
	}
	return nil
}
