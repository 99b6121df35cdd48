//go:build prove

package template_test

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/cuntu/cuntu/layers"
)

// TestLibreOfficeFillsInTemplates has another program than the one that writes them fill them in. It takes LibreOffice, which
// .ci/install gets for what proves everything; so only `make prove` builds it.
func TestLibreOfficeFillsInTemplates(t *testing.T) {
	catalog := layers.Builtin()
	books, filled := t.TempDir(), t.TempDir()
	for _, l := range catalog.Layers {
		if err := book(t, l).SaveAs(filepath.Join(books, l.ID+".xlsx")); err != nil {
			t.Fatal(err)
		}
	}
	said, err := exec.CommandContext(t.Context(), "/usr/bin/python3", "testdata/fill.py", books, filled).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	importAll(t, catalog, filled)
}
