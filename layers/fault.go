package layers

import (
	"fmt"
	"strings"
)

// Fault is one part of what somebody asked for or sent that is wrong: a parameter, an
// option, a field. In JSON it is a member of "errors" in problem details (RFC 9457).
type Fault struct {
	Part   string `json:"parameter"`
	Detail string `json:"detail"` // what is wrong, and what is allowed; it follows the part's name

	// Allowed is what is allowed, where a value of a field is not: for those who may not be told the value.
	Allowed string `json:"-"`
}

// Faults is the error of all that was found wrong, so that a person learns everything at
// once. It has one fault at least.
type Faults []Fault

// NewFault is the error of one fault.
func NewFault(part, format string, args ...any) Faults {
	return Faults{{Part: part, Detail: fmt.Sprintf(format, args...)}}
}

// Add notes a further fault.
func (f *Faults) Add(part, format string, args ...any) {
	*f = append(*f, NewFault(part, format, args...)...)
}

// Err is the faults as an error, or nil where there are none.
func (f Faults) Err() error {
	if len(f) == 0 {
		return nil
	}
	return f
}

func (f Fault) String() string { return f.Part + ": " + f.Detail }

func (f Faults) Error() string {
	said := make([]string, len(f))
	for i, fault := range f {
		said[i] = fault.String()
	}
	return strings.Join(said, "; ")
}
