package coverage

import (
	"fmt"
	"slices"
	"strings"
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

// StateNames are the states' names by their numbers.
var StateNames = [...]string{"unknown", "not", "basically", "reached", "inapplicable"}

func (s State) String() string { return StateNames[s] }

// MarshalText writes the state's name.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Passes tells whether the state is good enough for a target.
func (s State) Passes() bool { return s == Reached || s == Basically }

// ParseState is the state with the name.
func ParseState(name string) (State, error) {
	if i := slices.Index(StateNames[:], name); i >= 0 {
		return State(i), nil
	}
	return 0, fmt.Errorf("%q is not one of %s", name, strings.Join(StateNames[:], ", "))
}

// Service is what a village may have or lack.
type Service uint8

// The services. Exit is the checklist of a poverty village.
const (
	Road Service = iota
	Water
	Broadband
	Power
	Clinic
	School
	Culture
	TV
	Cooperative
	Exit
	services
)

// ServiceNames are the services' names by their numbers.
var ServiceNames = [services]string{"road", "water", "broadband", "power", "clinic", "school", "culture", "tv", "cooperative", "exit"}

func (s Service) String() string { return ServiceNames[s] }

// MarshalText writes the service's name.
func (s Service) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// ParseService is the service with the name.
func ParseService(name string) (Service, error) {
	if i := slices.Index(ServiceNames[:], name); i >= 0 {
		return Service(i), nil
	}
	return 0, fmt.Errorf("%q is not one of %s", name, strings.Join(ServiceNames[:], ", "))
}
