package progress

import (
	"fmt"
	"slices"
	"strings"
)

// Indicator is one thing that the plan sets targets for.
type Indicator uint8

// The indicators. Those before Road are counts, of which targets are set for what is
// done within a year; the others are shares in per cent, with targets for a year's end.
const (
	VillagesOut Indicator = iota
	PeopleOut
	CountiesOut
	PeopleMoved
	Road
	Water
	TapWater
	Broadband
	SafeHousing
	indicators
)

// IndicatorNames are the indicators' names by their numbers: the values of the field
// indicator of layer target.
var IndicatorNames = [indicators]string{
	"villages_out", "people_out", "counties_out", "people_moved", "road", "water", "tap_water", "broadband", "safe_housing",
}

func (i Indicator) String() string { return IndicatorNames[i] }

// MarshalText writes the indicator's name.
func (i Indicator) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// IsShare tells whether the indicator is a share in per cent.
func (i Indicator) IsShare() bool { return i >= Road }

// Unit is village, people, county or %.
func (i Indicator) Unit() string {
	switch i {
	case VillagesOut:
		return "village"
	case PeopleOut, PeopleMoved:
		return "people"
	case CountiesOut:
		return "county"
	}
	return "%"
}

// ParseIndicator is the indicator with the name.
func ParseIndicator(name string) (Indicator, error) {
	if i := slices.Index(IndicatorNames[:], name); i >= 0 {
		return Indicator(i), nil
	}
	return 0, fmt.Errorf("%q is not one of %s", name, strings.Join(IndicatorNames[:], ", "))
}

// Basis is what a number rests on.
type Basis string

// What numbers rest on.
const (
	NoBasis  Basis = ""         // nobody knows the number
	Records  Basis = "records"  // counted from the features
	Reported Basis = "reported" // an office's report, in layer target
	Estimate Basis = "estimate" // counted from features that tell less than is asked
	Works    Basis = "works"    // expected: what dated works will bring
	ByPlan   Basis = "plan"     // of a target: a row of layer target
	ByParts  Basis = "parts"    // of a target: the sum of the counties' rows
	OwnYears Basis = "years"    // of a target: the planned years of the villages or counties themselves
	Above    Basis = "above"    // of a share's target: the one of the area above
)

// Standing is how what was done compares with what was planned.
type Standing string

// How an area stands with an indicator.
const (
	NoTarget Standing = ""        // nothing is planned for the year, or nothing known
	Ahead    Standing = "ahead"   // beyond the target by more than a hundredth
	OnTime   Standing = "on_time" // at the target
	Late     Standing = "late"    // behind it, and the year is over
	Open     Standing = "open"    // behind it, but the year is not over or not yet on record
)

// aheadFactor is how far beyond a target is ahead of it.
const aheadFactor = 1.01

func standing(planned, actual float64, over bool) Standing {
	const hair = 1e-9 // of sums of floats
	switch {
	case actual >= planned*aheadFactor && actual > planned:
		return Ahead
	case actual >= planned-hair:
		return OnTime
	case over:
		return Late
	}
	return Open
}
