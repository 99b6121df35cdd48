package layers

import (
	"fmt"
	"slices"
)

// Secrecy is how far what a field tells may go. The zero Secrecy is Open.
type Secrecy uint8

// The steps, from what anybody may know. Internal is for those who work with it, such as how many of a village are poor.
// Sensitive is what tells of one person, such as a name or a telephone number.
const (
	Open Secrecy = iota
	Internal
	Sensitive
)

var secrecies = []string{"open", "internal", "sensitive"}

func (s Secrecy) String() string { return secrecies[s] }

// MarshalText implements encoding.TextMarshaler.
func (s Secrecy) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Secrecy) UnmarshalText(text []byte) error {
	i := slices.Index(secrecies, string(text))
	if i < 0 {
		return fmt.Errorf("%q is not open, internal or sensitive", text)
	}
	*s = Secrecy(i)
	return nil
}

// Without is the layer with the fields alone that keep says yes to, and of its look what does not need the others.
func (l *Layer) Without(gone func(field string) bool) *Layer {
	own := *l
	drop := func(fields []Field) []Field {
		return slices.DeleteFunc(slices.Clone(fields), func(f Field) bool { return gone(f.ID) })
	}
	own.Fields, own.Derived = drop(l.Fields), drop(l.Derived)
	own.Ratios = slices.DeleteFunc(slices.Clone(l.Ratios), func(r Ratio) bool {
		return gone(r.Part) || gone(r.Over) || gone(r.Limit)
	})
	sums := func(list []Sum) []Sum {
		return slices.DeleteFunc(slices.Clone(list), func(s Sum) bool { return gone(s.Field) })
	}
	own.DerivedSums = sums(l.DerivedSums)
	if c := l.Draw.Cluster; c != nil {
		own.Draw.Cluster = &Cluster{Below: c.Below, Units: c.Units, Sums: sums(c.Sums)}
	}
	if gone(l.ColorBy) {
		own.ColorBy = ""
	}
	return &own
}
