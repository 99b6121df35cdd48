package web

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/cuntu/cuntu/layers/questions"
)

func TestAreasAreCountiesWithTheirTownsAndHowFarTheseReach(t *testing.T) {
	w := newWorld(t)
	_, body := w.get("/api/areas")
	var got struct{ Counties []questions.Area }
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	var lines string
	for _, c := range got.Counties {
		lines += fmt.Sprintf("%s %s %.4f\n", c.Code, c.Name, c.BBox)
		for _, town := range c.Towns {
			lines += fmt.Sprintf("  %s %s %.4f\n", town.Code, town.Name, town.BBox)
		}
	}
	want := `611002 商州区 [109.5000 33.4000 110.5000 34.2000]
  611002001 城关街道 [109.9400 33.8500 110.0000 33.8700]
  611002101 夜村镇 [110.1000 33.8000 110.1000 33.8000]
`
	if lines != want {
		t.Errorf("got\n%s\nwant\n%s", lines, want)
	}
}
