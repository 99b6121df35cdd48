package service

import (
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/cuntu/cuntu/layers/settings"
)

//go:embed rules.yaml
var defaults []byte

// Limit is a number that a rule asks for, and where that is written.
type Limit struct {
	Value  float64
	Source string
}

// List is what a rule names, and where that is written.
type List struct {
	Values []string
	Source string
}

// Has tells whether the rule names v.
func (l List) Has(v string) bool { return slices.Contains(l.Values, v) }

// Rules are all limits, each by a key of section and name, such as road.reach_m. Units stand in the names; shares are
// per cent. They are made by DefaultRules, ParseRules or Change and not changed after. Which keys there are, and what
// each may hold, is said by the file that declares them; a file of changes can neither add a key nor loosen a bound.
type Rules struct {
	rules    map[string]rule
	sections []string // in the file's order
	names    map[string][]string
}

// rule is what stands at a key: a number between low and high, or a list of some of allowed, of anything where
// allowed is empty.
type rule struct {
	limit     Limit
	low, high float64
	isList    bool
	list      List
	allowed   []string
}

// Limit is the number at a key. A key that the rules do not declare is a mistake of the caller and panics.
func (r *Rules) Limit(key string) Limit {
	found, ok := r.rules[key]
	if !ok || found.isList {
		panic("service: the rules declare no number " + key)
	}
	return found.limit
}

// List is what the rule at a key names, as Limit is its number.
func (r *Rules) List(key string) List {
	found, ok := r.rules[key]
	if !ok || !found.isList {
		panic("service: the rules declare no list " + key)
	}
	return found.list
}

// Has tells whether the rules declare a key.
func (r *Rules) Has(key string) bool {
	_, ok := r.rules[key]
	return ok
}

// DefaultRules are the rules that Cuntu ships with.
func DefaultRules() *Rules {
	r, err := ParseRules(bytes.NewReader(defaults))
	if err != nil {
		panic("service: its own rules.yaml: " + err.Error()) // a test reads it
	}
	return r
}

// ParseRules reads a file that declares rules: sections of names, each with a value between min and max, or with values
// of those allowed, and with the source it is taken from.
func ParseRules(file io.Reader) (*Rules, error) {
	r := &Rules{rules: map[string]rule{}, names: map[string][]string{}}
	err := eachRule(file, func(section, name string, at, body *yaml.Node) error {
		if !slices.Contains(r.sections, section) {
			r.sections = append(r.sections, section)
		}
		r.names[section] = append(r.names[section], name)
		key := section + "." + name
		declared, err := declare(key, body)
		r.rules[key] = declared
		return err
	}, func(string, *yaml.Node) error { return nil })
	return r, err
}

// Change is the rules with what the YAML file changes, each with its source. An error names the line, the key and what
// is allowed there.
func (r *Rules) Change(file io.Reader) (*Rules, error) {
	next := &Rules{rules: maps.Clone(r.rules), sections: r.sections, names: r.names}
	err := eachRule(file, func(section, name string, at, body *yaml.Node) error {
		key := section + "." + name
		old, ok := r.rules[key]
		if !ok {
			return settings.Unknown(at, key, r.names[section])
		}
		changed, err := old.change(key, body)
		next.rules[key] = changed
		return err
	}, func(section string, at *yaml.Node) error {
		if !slices.Contains(r.sections, section) {
			return settings.Unknown(at, section, r.sections)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return next, nil
}

// eachRule walks a file of sections of names.
func eachRule(
	file io.Reader, fn func(section, name string, at, body *yaml.Node) error, begin func(section string, at *yaml.Node) error,
) error {
	root, err := settings.Document(file)
	if err != nil || root == nil {
		return err
	}
	return settings.Pairs(root, "rules", func(section string, at, body *yaml.Node) error {
		if err := begin(section, at); err != nil {
			return err
		}
		return settings.Pairs(body, section, func(name string, at, body *yaml.Node) error { return fn(section, name, at, body) })
	})
}

// declare reads a rule with its bounds.
func declare(key string, n *yaml.Node) (rule, error) {
	var d struct {
		Value   *float64
		Min     float64
		Max     float64
		Values  *[]string
		Allowed []string
		Source  string
	}
	if err := n.Decode(&d); err != nil {
		return rule{}, fmt.Errorf("line %d: %s: %w", n.Line, key, err)
	}
	r := rule{low: d.Min, high: d.Max, allowed: d.Allowed, isList: d.Values != nil}
	switch {
	case d.Source == "":
		return r, fmt.Errorf("line %d: %s: needs the source it is taken from", n.Line, key)
	case d.Value == nil && d.Values == nil:
		return r, fmt.Errorf("line %d: %s: needs a value or values", n.Line, key)
	case r.isList:
		r.list = List{*d.Values, d.Source}
	case !(*d.Value >= d.Min && *d.Value <= d.Max):
		return r, fmt.Errorf("line %d: %s: %v is not from %v to %v", n.Line, key, *d.Value, d.Min, d.Max)
	default:
		r.limit = Limit{*d.Value, d.Source}
	}
	return r, nil
}

// change is the rule with another value and source.
func (r rule) change(key string, n *yaml.Node) (rule, error) {
	value, source := "value", ""
	if r.isList {
		value = "values"
	}
	var body *yaml.Node
	err := settings.Pairs(n, key, func(name string, at, v *yaml.Node) error {
		switch name {
		case value:
			body = v
		case "source":
			source = strings.TrimSpace(v.Value)
		default:
			return settings.Unknown(at, key+"."+name, []string{value, "source"})
		}
		return nil
	})
	if err != nil {
		return r, err
	}
	if body == nil || source == "" {
		return r, fmt.Errorf("line %d: %s: needs a %s and the source it is taken from", n.Line, key, value)
	}
	if r.isList {
		return r.changeList(key, body, source)
	}
	v, err := strconv.ParseFloat(body.Value, 64)
	if err != nil || body.Kind != yaml.ScalarNode || !(v >= r.low && v <= r.high) {
		return r, fmt.Errorf("line %d: %s: %q is not a number from %v to %v", body.Line, key, body.Value, r.low, r.high)
	}
	r.limit = Limit{v, source}
	return r, nil
}

func (r rule) changeList(key string, n *yaml.Node, source string) (rule, error) {
	if n.Kind != yaml.SequenceNode {
		return r, fmt.Errorf("line %d: %s: values must be a list", n.Line, key)
	}
	values := []string{}
	for _, item := range n.Content {
		if item.Kind != yaml.ScalarNode || len(r.allowed) > 0 && !slices.Contains(r.allowed, item.Value) {
			return r, fmt.Errorf("line %d: %s: %q is not one of %s", item.Line, key, item.Value, strings.Join(r.allowed, ", "))
		}
		values = append(values, item.Value)
	}
	r.list = List{values, source}
	return r, nil
}
