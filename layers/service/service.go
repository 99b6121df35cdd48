package service

import "github.com/cuntu/cuntu/layers"

// ID names a service in the API, on the command line and in rules.
type ID string

func (id ID) String() string { return string(id) }

// The services of which code has something of its own to say. All others are known by their declaration alone.
const (
	Road      ID = "road"
	Water     ID = "water"
	Broadband ID = "broadband"
	Power     ID = "power"
	Exit      ID = "exit"
)

// Service declares what a village may have or lack.
type Service struct {
	ID    ID
	Title layers.Words
	// Mark is the title of the field that has the service's state of a village.
	Mark layers.Words
	// Overview services are promised to every village; cov_lacks counts those that it lacks.
	Overview bool
	// Asked is the yes-or-no field of the villages of which the service is asked; "" is all.
	Asked string
	// Planned dates the works that bring the service, where they are dated.
	Planned Planned
	// Judge names the judge of package coverage that finds the whole state; "" goes by Criteria, the worst of which
	// decides.
	Judge string
	// Checklist is the rule that lists which of the criteria count, by their codes without the service's id; "" is all.
	Checklist string
	Criteria  []Criterion
	// Supplies are what the service comes from, the first before all: the nearest one is told to who lacks it.
	Supplies []Supply
	// Targets are what the plan asks of an area, and County the checklist of a county, of which CountyList is the rule
	// that lists what counts.
	Targets    []Target
	County     []Target
	CountyList string
}

// Planned is a field of years: before the year nobody has the service, from it on everybody has, whatever was measured
// before.
type Planned struct {
	Field string
	Title layers.Words
}

// Rule is how a value is held against its limit.
type Rule string

// The rules. OfService takes the state of another service, which must come before.
const (
	Yes       Rule = "yes"
	AtLeast   Rule = "at_least"
	AtMost    Rule = "at_most"
	Below     Rule = "below"
	Above     Rule = "above"
	OfService Rule = "service"
)

// Sign is the rule between a value and its limit; "" where there is no limit.
func (r Rule) Sign() string {
	return map[Rule]string{AtLeast: "≥", AtMost: "≤", Below: "<", Above: ">"}[r]
}

// Criterion declares one thing that a service asks for.
type Criterion struct {
	Code  string // of the evidence
	Title layers.Words
	Unit  layers.Words // written behind the value
	Rule  Rule
	Field string // of the village layer
	// Limit and Basic are the keys of rules: what reached asks for, and what basically reached asks for; "" is Limit.
	Limit, Basic string
	// Where is another pair of limits for some counties.
	Where *Where
	// Of is the service whose state counts, of the rule OfService.
	Of ID
	// Planned is a field of years from which on the criterion is met.
	Planned string
	// Judge names the judge of package coverage, where the field alone does not say.
	Judge string
	// Always criteria are told even where the year of the works has decided.
	Always bool
	// Decides is the rule, yes or no, that says whether the criterion decides or is only told; "" decides.
	Decides string
}

// Where is limits for the counties that a rule lists by their codes.
type Where struct{ Counties, Limit, Basic string }

// Supply is a kind of feature that a service comes from; "" is any kind but Except. Of lines any place on them is meant.
type Supply struct {
	Layer  string `json:"layer"`
	Kind   string `json:"kind,omitempty"`
	Except string `json:"except,omitempty"`
}

// Target declares what is asked of all villages of an area together, in per cent.
type Target struct {
	Code   string
	Title  layers.Words
	Rule   Rule   // AtLeast, Above or Below
	Limit  string // the key of a rule
	Of     ID     // the share of villages that have the service
	Field  string // or the mean of a field,
	Weight string // weighted by another
	Judge  string // or what a judge of package coverage finds
}
