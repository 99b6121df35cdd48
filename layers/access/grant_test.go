package access_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
)

func TestEveryRoleReadsWhatItWrites(t *testing.T) {
	for _, role := range access.Roles() {
		grants := role.Grants("611002")
		if len(grants) == 0 || grants[0].Verb != access.Read || grants[0].Layer != access.AllLayers {
			t.Errorf("%s has %v", role, grants)
		}
		for _, g := range grants {
			if wrong := g.Check("grant", layers.Builtin()); len(wrong) > 0 || g.Area != "611002" {
				t.Errorf("%s: %v: %v", role, g, wrong)
			}
		}
	}
	if grants := access.Role("admin").Grants(""); grants != nil {
		t.Errorf("a role that is none has %v", grants)
	}
}

func TestAGrantThatNobodyMayHaveSaysWhatIsWrong(t *testing.T) {
	wrong := access.Grant{Verb: "own", Layer: "moon", Area: "61100", Within: "61"}.Check("grants[2]", layers.Builtin())
	var parts []string
	for _, f := range wrong {
		parts = append(parts, f.Part)
	}
	if diff := cmp.Diff([]string{"grants[2].verb", "grants[2].layer", "grants[2].area", "grants[2].within"}, parts); diff != "" {
		t.Error(diff)
	}
}

func TestAScopeLeavesNoMoreThanTheOwnerHas(t *testing.T) {
	until := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	owned := []access.Grant{
		{Verb: access.Read, Layer: access.AllLayers, Class: access.Sensitive, Area: "6110"},
		{Verb: access.Write, Layer: "road", Class: access.Internal, Area: "611002", Until: until},
		{Verb: access.Approve, Layer: access.AllLayers},
	}
	scope := access.Scope{Verbs: []access.Verb{access.Read, access.Write, access.Export}, Layers: []string{"road", "water"}, Area: "611021"}
	want := []access.Grant{
		{Verb: access.Read, Layer: "road", Class: access.Sensitive, Area: "6110", Within: "611021"},
		{Verb: access.Read, Layer: "water", Class: access.Sensitive, Area: "6110", Within: "611021"},
		{Verb: access.Write, Layer: "road", Class: access.Internal, Area: "611002", Within: "611021", Until: until},
	}
	if diff := cmp.Diff(want, scope.Narrow(owned)); diff != "" {
		t.Error(diff)
	}
	if left := scope.Narrow(nil); left != nil {
		t.Errorf("of nothing %v is left", left)
	}
}

func TestDutiesHaveNames(t *testing.T) {
	for _, name := range access.AllAdmin.Names() {
		duty, err := access.ParseAdmin(name)
		if err != nil || !access.AllAdmin.Has(duty) || duty.Has(access.AllAdmin) {
			t.Errorf("%s is %d, %v", name, duty, err)
		}
	}
	if _, err := access.ParseAdmin("root"); err == nil {
		t.Error("root is a duty")
	}
}
