// Package problem is what clients are told of an error: problem details (RFC 9457). Only what is in one is ever sent, never an
// inner error's text.
package problem

import (
	"encoding/json"
	"time"

	"github.com/cuntu/cuntu/layers"
)

// Problem is an error for the caller.
type Problem struct {
	Title  string        `json:"title"`
	Status int           `json:"status"`
	Detail string        `json:"detail,omitempty"`
	Errors layers.Faults `json:"errors,omitempty"`
	// Current is the feature as it is, null where it is gone, and Mine what the editor wanted, where an edit was made of
	// another state than that.
	Current json.RawMessage `json:"current,omitempty"`
	Mine    json.RawMessage `json:"mine,omitempty"`
	// Edit is the index of the edit in its batch.
	Edit *int `json:"edit,omitempty"`

	// Wait is after how long the caller may try again; 0 of what says nothing.
	Wait time.Duration `json:"-"`
}

func (p *Problem) Error() string { return p.Title + ": " + p.Detail }
