package access

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cuntu/cuntu/layers"
)

// Verb is what a grant lets somebody do with rows.
type Verb string

// The verbs. Read, write and approve are separate: none brings another with it.
const (
	Read    Verb = "read"
	Write   Verb = "write"
	Submit  Verb = "submit"
	Approve Verb = "approve"
	Accept  Verb = "accept"
	Export  Verb = "export"
)

// Verbs are all of them.
func Verbs() []Verb { return []Verb{Read, Write, Submit, Approve, Accept, Export} }

// AllLayers as the layer of a grant is every layer.
const AllLayers = "*"

// Class is how far the values of a field may go. A grant of a class is of those below it too.
type Class = layers.Secrecy

// The classes, from what everybody may know to what few may.
const (
	Open      = layers.Open
	Internal  = layers.Internal
	Sensitive = layers.Sensitive
)

// Grant lets somebody do one thing with the rows of an area.
type Grant struct {
	Verb  Verb   `json:"verb"`
	Layer string `json:"layer"` // its id, or AllLayers
	Class Class  `json:"class"` // of fields, this one and those below it
	Area  string `json:"area"`  // the code of an area, with all that lies in it; "" for everywhere
	// Within narrows Area: a row must lie in both. An API token's area stands here. "" does not narrow.
	Within string    `json:"within,omitempty"`
	Until  time.Time `json:"until,omitzero"` // zero for ever
}

// Lasts tells whether a grant still counts.
func (g Grant) Lasts(now time.Time) bool { return g.Until.IsZero() || now.Before(g.Until) }

// Check is the faults of a grant that nobody may be given. part is what they call it.
func (g Grant) Check(part string, catalog *layers.Catalog) (wrong layers.Faults) {
	if !slices.Contains(Verbs(), g.Verb) {
		wrong.Add(part+".verb", "%q is not one of %s", g.Verb, join(Verbs()))
	}
	if _, ok := catalog.Layer(g.Layer); !ok && g.Layer != AllLayers {
		wrong.Add(part+".layer", "%q is not %s or the id of a layer: %s", g.Layer, AllLayers, strings.Join(catalog.IDs(), ", "))
	}
	if !IsAreaCode(g.Area) {
		wrong.Add(part+".area", "%q is not an area's code of 2, 4, 6, 9 or 12 digits, or empty for everywhere", g.Area)
	}
	if g.Within != "" {
		wrong.Add(part+".within", "belongs to API tokens alone")
	}
	return wrong
}

// IsAreaCode tells whether a text has the form of an area's code; "" is everywhere.
func IsAreaCode(code string) bool {
	if strings.Trim(code, "0123456789") != "" {
		return false
	}
	return slices.Contains([]int{0, 2, 4, 6, 9, 12}, len(code))
}

func join[T ~string](list []T) string {
	words := make([]string, len(list))
	for i, s := range list {
		words[i] = string(s)
	}
	return strings.Join(words, ", ")
}

// Role is a named bundle of grants.
type Role string

// The roles.
const (
	Viewer   Role = "viewer"   // looks
	Editor   Role = "editor"   // keeps the records of an area and submits them
	Engineer Role = "engineer" // looks, writes and takes away files
	Planner  Role = "planner"  // looks, takes away files and writes settlements
	Checker  Role = "checker"  // looks, approves and accepts what others have submitted
)

// Roles are all of them.
func Roles() []Role { return []Role{Viewer, Editor, Engineer, Planner, Checker} }

// Grants are those that a role has in an area; none where there is no such role.
func (r Role) Grants(area string) []Grant {
	grant := func(v Verb, layer string) Grant { return Grant{Verb: v, Layer: layer, Class: Internal, Area: area} }
	read, export := grant(Read, AllLayers), grant(Export, AllLayers)
	switch r {
	case Viewer:
		return []Grant{read}
	case Editor:
		return []Grant{read, grant(Write, AllLayers), grant(Submit, AllLayers)}
	case Engineer:
		return []Grant{read, grant(Write, AllLayers), export}
	case Planner:
		return []Grant{read, grant(Write, "site"), export}
	case Checker:
		return []Grant{read, grant(Approve, AllLayers), grant(Accept, AllLayers)}
	}
	return nil
}

// Admin is a set of administrators' duties. They are no grants: they say nothing of rows.
type Admin uint8

// The duties. No user has two of them, unless the store says that one person has all.
const (
	SystemAdmin   Admin = 1 << iota // makes and disables users; jobs, backup
	SecurityAdmin                   // gives grants, sets the rules of signing in, lifts locks
	AuditAdmin                      // reads and verifies the audit log, and changes nothing
	NoAdmin       Admin = 0
	AllAdmin            = SystemAdmin | SecurityAdmin | AuditAdmin
)

var adminNames = []string{"system", "security", "audit"}

// Has tells whether a set has all duties of another one.
func (a Admin) Has(duty Admin) bool { return a&duty == duty }

// Names are the duties as texts.
func (a Admin) Names() []string {
	names := []string{}
	for i, name := range adminNames {
		if a&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// ParseAdmin reads one duty.
func ParseAdmin(name string) (Admin, error) {
	i := slices.Index(adminNames, name)
	if i < 0 {
		return NoAdmin, fmt.Errorf("%q is not one of %s", name, strings.Join(adminNames, ", "))
	}
	return 1 << i, nil
}

// Rights are all that an actor holds. The zero Rights are nobody's.
type Rights struct {
	Grants []Grant
	Admin  Admin

	class *string // see Ready
}

type rightsKey struct{}

// WithRights is a context in which the actor holds rights.
func WithRights(ctx context.Context, r Rights) context.Context {
	return context.WithValue(ctx, rightsKey{}, r)
}

// RightsFrom are what the actor of a context holds, nothing where none were put there.
func RightsFrom(ctx context.Context) Rights {
	r, _ := ctx.Value(rightsKey{}).(Rights)
	return r
}

// Scope is what an API token leaves of the grants of its owner.
type Scope struct {
	Verbs  []Verb   `json:"verbs"`
	Layers []string `json:"layers"` // nil for all
	Area   string   `json:"area"`
}

// Narrow are the grants that a scope leaves, as they are when it is asked: a grant that the owner loses is lost here too.
func (s Scope) Narrow(grants []Grant) (left []Grant) {
	for _, g := range grants {
		if !slices.Contains(s.Verbs, g.Verb) {
			continue
		}
		g.Within = s.Area
		switch {
		case s.Layers == nil || slices.Contains(s.Layers, g.Layer):
			left = append(left, g)
		case g.Layer == AllLayers:
			for _, layer := range s.Layers {
				g.Layer = layer
				left = append(left, g)
			}
		}
	}
	return left
}
