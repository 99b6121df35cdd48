package osm

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/cuntu/cuntu/layers/settings"
)

//go:embed tags.yaml
var defaults []byte

// Table says how tags become fields, for each layer.
type Table struct {
	Road    Rules `yaml:"road"`
	River   Rules `yaml:"river"`
	Town    Rules `yaml:"town"`
	Village Rules `yaml:"village"`
	Hamlet  Rules `yaml:"hamlet"`
}

// Rules say what is kept for a layer and what its fields are.
type Rules struct {
	Elements string   `yaml:"elements"` // ways or nodes
	Split    bool     `yaml:"split"`    // ways, where others join them
	Keep     []Choice `yaml:"keep" merge:"tag"`
	Fields   []Field  `yaml:"fields" merge:"field"`
}

// Choice says of values of a tag whether what has them is kept.
type Choice struct {
	Tag    string          `yaml:"tag"`
	Values map[string]bool `yaml:"values"`
}

// Field says which tags a field comes from; the first that gives a value decides.
type Field struct {
	Field string   `yaml:"field"`
	From  []Source `yaml:"from" merge:"tag"`
}

// Source is a tag that a field comes from: what its values stand for, or its text or number as it is.
type Source struct {
	Tag    string            `yaml:"tag"`
	Values map[string]string `yaml:"values"`
	Text   bool              `yaml:"text"`
	Number bool              `yaml:"number"`
}

// Layers are the ids of the layers that a file is read for, in the order in which they are offered.
func Layers() []string { return []string{"road", "river", "town", "village", "hamlet"} }

// ReadTable is the built-in table, changed by what a file in YAML says; "" changes nothing.
func ReadTable(changes string) (*Table, error) {
	t := &Table{}
	if err := settings.Read(bytes.NewReader(defaults), t); err != nil {
		return nil, fmt.Errorf("tags.yaml: %w", err)
	}
	if err := settings.Read(strings.NewReader(changes), t); err != nil {
		return nil, err
	}
	for _, id := range Layers() {
		if err := t.rules(id).check(); err != nil {
			return nil, fmt.Errorf("%s: %w", id, err)
		}
	}
	return t, nil
}

func (t *Table) rules(layer string) *Rules {
	return map[string]*Rules{"road": &t.Road, "river": &t.River, "town": &t.Town, "village": &t.Village, "hamlet": &t.Hamlet}[layer]
}

// check sees that patterns are some, and that each tag gives values in one way.
func (r *Rules) check() error {
	if r.Elements != "ways" && r.Elements != "nodes" {
		return fmt.Errorf("elements: %q is neither ways nor nodes", r.Elements)
	}
	for _, c := range r.Keep {
		for value := range c.Values {
			if _, err := path.Match(value, ""); err != nil {
				return fmt.Errorf("keep.%s: %q is not a pattern", c.Tag, value)
			}
		}
	}
	for _, f := range r.Fields {
		for _, s := range f.From {
			if err := s.check(); err != nil {
				return fmt.Errorf("fields.%s.%s: %w", f.Field, s.Tag, err)
			}
		}
	}
	return nil
}

func (s *Source) check() error {
	ways := 0
	for _, is := range []bool{len(s.Values) > 0, s.Text, s.Number} {
		if is {
			ways++
		}
	}
	if ways != 1 {
		return errors.New("must have either values, text or number")
	}
	for value := range s.Values {
		if _, err := path.Match(value, ""); err != nil {
			return fmt.Errorf("%q is not a pattern", value)
		}
	}
	return nil
}

// lookUp is what a value stands for, and the key by which it does: the value itself, or the longest pattern that it matches.
func lookUp[V any](values map[string]V, value string) (found V, by string, ok bool) {
	if found, ok = values[value]; ok {
		return found, value, true
	}
	best := ""
	for pattern := range values {
		if matches, _ := path.Match(pattern, value); matches && (len(pattern) > len(best) || len(pattern) == len(best) && pattern < best) {
			best = pattern
		}
	}
	found, ok = values[best]
	return found, best, ok && best != ""
}
