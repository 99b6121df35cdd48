package service

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cuntu/cuntu/layers"
)

// State is how far a place is with a service.
type State uint8

// The states. Of what is not asked of a place, such as the exit of a village that
// is no poverty village, the state is Inapplicable; it counts nowhere.
const (
	Unknown State = iota
	Not
	Basically
	Reached
	Inapplicable
)

// States declares the states by their numbers: as stored, for a person, and on the map.
var States = [...]layers.Choice{
	Unknown:      {Value: "unknown", Title: layers.Words{Zh: "不明", En: "unknown"}, Color: "#aab0bb"},
	Not:          {Value: "not", Title: layers.Words{Zh: "未达标", En: "not reached"}, Color: "#c8452d"},
	Basically:    {Value: "basically", Title: layers.Words{Zh: "基本达标", En: "basically reached"}, Color: "#8fbcae"},
	Reached:      {Value: "reached", Title: layers.Words{Zh: "达标", En: "reached"}, Color: "#2a7f9e"},
	Inapplicable: {Value: "inapplicable", Title: layers.Words{Zh: "不适用", En: "not applicable"}, Color: "#c3c8c4"},
}

// counted are the states of whom something is asked, the best first.
var counted = [...]State{Reached, Basically, Not, Unknown}

// InOrder are the states for a list, the best first.
func InOrder() []layers.Choice {
	return []layers.Choice{States[Reached], States[Basically], States[Not], States[Unknown], States[Inapplicable]}
}

// StateNames are the states' names by their numbers.
func StateNames() []string {
	names := make([]string, len(States))
	for i, s := range States {
		names[i] = s.Value
	}
	return names
}

func (s State) String() string { return States[s].Value }

// MarshalText writes the state's name.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Passes tells whether the state is good enough for a target.
func (s State) Passes() bool { return s == Reached || s == Basically }

// Words is the state for a person.
func (s State) Words() layers.Words { return States[s].Title }

// ParseState is the state with the name.
func ParseState(name string) (State, error) {
	names := StateNames()
	if i := slices.Index(names, name); i >= 0 {
		return State(i), nil
	}
	return 0, fmt.Errorf("%q is not one of %s", name, strings.Join(names, ", "))
}
