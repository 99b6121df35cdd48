package signin

import (
	"fmt"
	"strings"
	"time"

	"github.com/cuntu/cuntu/layers/access"
)

// What the audit log tells of accounts' changes: who was given what, and never what anybody proves himself by.

func (d *Desk) calledByID(id string) string { return called(d.directory().users[id]) }

func describeRights(admin access.Admin, grants []access.Grant) string {
	parts := []string{}
	if admin != access.NoAdmin {
		parts = append(parts, "administers "+strings.Join(admin.Names(), ", "))
	}
	for _, g := range grants {
		text := fmt.Sprintf("%s %s %s in %s", g.Verb, g.Layer, g.Class, areaText(g.Area))
		if !g.Until.IsZero() {
			text += " until " + g.Until.UTC().Format(time.DateOnly)
		}
		parts = append(parts, text)
	}
	if len(parts) == 0 {
		return "no rights"
	}
	return strings.Join(parts, "; ")
}

func areaText(code string) string {
	if code == "" {
		return "all areas"
	}
	return code
}

func describeScope(s access.Scope) string {
	verbs := make([]string, len(s.Verbs))
	for i, v := range s.Verbs {
		verbs[i] = string(v)
	}
	layers := "all layers"
	if s.Layers != nil {
		layers = strings.Join(s.Layers, ", ")
	}
	return fmt.Sprintf("%s of %s in %s", strings.Join(verbs, ", "), layers, areaText(s.Area))
}

// describe says what is changed, and of rights to what.
func (p Patch) describe() string {
	var parts []string
	add := func(changed bool, text string) {
		if changed {
			parts = append(parts, text)
		}
	}
	add(p.Name != nil, "name")
	add(p.Unit != nil, "unit")
	add(p.Disabled != nil && *p.Disabled, "disabled")
	add(p.Disabled != nil && !*p.Disabled, "enabled")
	add(p.Expires != nil, "expiry")
	add(p.Confirm, "rights confirmed")
	add(p.Unlock, "unlocked")
	add(p.DropFactor, "second factor taken away")
	add(p.Issuer != nil || p.Subject != nil, "identity at the provider")
	if p.Admin != nil {
		parts = append(parts, "duties: "+describeRights(*p.Admin, nil))
	}
	if p.Grants != nil {
		parts = append(parts, "grants: "+describeRights(access.NoAdmin, *p.Grants))
	}
	return strings.Join(parts, "; ")
}

// describe says who has which duties from the beginning.
func (s Setup) describe() string {
	if s.Single {
		return "one person has all duties"
	}
	return fmt.Sprintf("security: %s; system: %s; audit: %s", s.First.Login, s.SystemAs, s.AuditAs)
}
