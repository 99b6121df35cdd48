package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
)

func TestLinesAreNeverPublic(t *testing.T) {
	catalog := layers.Builtin()
	for _, public := range []string{"", "*", "*:internal", "*:sensitive", "village:internal"} {
		var f accountFlags
		if public != "" {
			f.Public = []string{public}
		}
		grants, err := f.public(catalog)
		if err != nil {
			t.Fatalf("--public %s: %v", public, err)
		}
		rights := access.Rights{Grants: grants}
		for _, id := range []string{"pipe", "cable", "power_line", "transformer"} {
			l, _ := catalog.Layer(id)
			for _, verb := range []access.Verb{access.Read, access.Export} {
				if _, some := access.DecideLayer(rights, verb, l, access.Open); some {
					t.Errorf("--public %s: everybody may %s of %s", public, verb, id)
				}
			}
		}
		village, _ := catalog.Layer("village")
		_, some := access.DecideLayer(rights, access.Read, village, access.Internal)
		if want := slices.Contains([]string{"*:internal", "*:sensitive", "village:internal"}, public); some != want {
			t.Errorf("--public %s: internal fields of villages: %v", public, some)
		}
	}
	f := accountFlags{Public: []string{"pipe:internal"}}
	if _, err := f.public(catalog); err == nil || !strings.Contains(err.Error(), "nobody sees it without an account") {
		t.Errorf("--public pipe:internal: %v", err)
	}
}
