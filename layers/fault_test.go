package layers_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/cuntu/cuntu/layers"
)

func TestFaultsAreToldAtOnce(t *testing.T) {
	var wrong layers.Faults
	if err := wrong.Err(); err != nil {
		t.Errorf("no fault is the error %v", err)
	}
	wrong.Add("year", "%d is not a year", 12)
	wrong.Add("area", "100%% unknown")
	err := fmt.Errorf("near: %w", wrong.Err())
	if want := "near: year: 12 is not a year; area: 100% unknown"; err.Error() != want {
		t.Errorf("%q, not %q", err, want)
	}
	told, ok := errors.AsType[layers.Faults](err)
	text, _ := json.Marshal(told)
	if want := `[{"parameter":"year","detail":"12 is not a year"},{"parameter":"area","detail":"100% unknown"}]`; !ok || string(text) != want {
		t.Errorf("%s, not %s", text, want)
	}
}
