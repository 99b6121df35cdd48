package service

import "github.com/cuntu/cuntu/layers"

// Description is a service for a client: its declaration with the limits that the rules give it.
type Description struct {
	ID       ID           `json:"id"`
	Title    layers.Words `json:"title"`
	Field    string       `json:"field"` // the derived field of villages that has its state
	Overview bool         `json:"overview"`
	// ByRoad tells that the way out of a village decides; answers about it then tell of the way.
	ByRoad bool `json:"by_road,omitempty"`
	// Asked is the yes-or-no field of the villages of which it is asked; "" is all.
	Asked    string                 `json:"asked,omitempty"`
	Planned  string                 `json:"planned,omitempty"` // the field with the year of the works
	Criteria []CriterionDescription `json:"criteria"`
	Supplies []Supply               `json:"supplies,omitempty"`
	Targets  []CriterionDescription `json:"targets,omitempty"`
}

// CriterionDescription is a criterion or a target with its limits; none where it is yes or no.
type CriterionDescription struct {
	Code   string       `json:"code"`
	Title  layers.Words `json:"title"`
	Unit   string       `json:"unit,omitempty"`
	Rule   Rule         `json:"rule"`
	Field  string       `json:"field,omitempty"`
	Of     ID           `json:"of,omitempty"` // the service whose state, or whose share of villages, is asked for
	Limit  *float64     `json:"limit,omitempty"`
	Basic  *float64     `json:"basic,omitempty"` // where it is another than the limit
	Source string       `json:"source,omitempty"`
}

// Describe describes every service in order.
func (c *Catalog) Describe() []Description {
	list := make([]Description, 0, len(c.Services))
	for _, s := range c.Services {
		d := Description{
			ID:       s.ID,
			Title:    s.Title,
			Field:    s.MarkID(),
			Overview: s.Overview,
			ByRoad:   s.ID == Road,
			Asked:    s.Asked,
			Planned:  s.Planned.Field,
			Criteria: []CriterionDescription{},
			Supplies: s.Supplies,
		}
		for _, k := range s.Criteria {
			own := CriterionDescription{Code: k.Code, Title: k.Title, Unit: k.Unit.En, Rule: k.Rule, Field: k.Field, Of: k.Of}
			own.take(c.Rules, k.Limit, k.Basic)
			d.Criteria = append(d.Criteria, own)
		}
		for _, t := range s.Targets {
			own := CriterionDescription{Code: t.Code, Title: t.Title, Unit: "%", Rule: t.Rule, Field: t.Field, Of: t.Of}
			own.take(c.Rules, t.Limit, "")
			d.Targets = append(d.Targets, own)
		}
		list = append(list, d)
	}
	return list
}

func (d *CriterionDescription) take(rules *Rules, limit, basic string) {
	if limit == "" {
		return
	}
	l := rules.Limit(limit)
	d.Limit, d.Source = &l.Value, l.Source
	if basic != "" {
		b := rules.Limit(basic)
		d.Basic = &b.Value
	}
}
