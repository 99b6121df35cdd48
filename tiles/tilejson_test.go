package tiles

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
)

func TestTileJSONDescribesItsLayers(t *testing.T) {
	snap := build(t, feature(1, orb.Point{109.5, 33.25}), feature(2, orb.Point{110.5, 33.75}))
	got, err := JSON(snap, []string{"mixed", "plain"}, "https://x/tiles/mixed,plain/{z}/{x}/{y}.mvt", "省测绘局")
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.MarshalIndent(got, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	want := `{
 "tilejson": "3.0.0",
 "name": "杂, 素",
 "attribution": "省测绘局",
 "scheme": "xyz",
 "tiles": [
  "https://x/tiles/mixed,plain/{z}/{x}/{y}.mvt"
 ],
 "minzoom": 0,
 "maxzoom": 14,
 "bounds": [
  109.5,
  33.25,
  110.5,
  33.75
 ],
 "center": [
  110,
  33.500361,
  8
 ],
 "vector_layers": [
  {
   "id": "mixed",
   "description": "杂",
   "minzoom": 3,
   "maxzoom": 14,
   "fields": {
    "also": "",
    "code": "",
    "float": "",
    "int": "",
    "name": "名称",
    "yes": ""
   }
  },
  {
   "id": "plain",
   "description": "素",
   "minzoom": 0,
   "maxzoom": 14,
   "fields": {}
  }
 ]
}`
	if diff := cmp.Diff(want, string(b)); diff != "" {
		t.Error(diff)
	}
}

func TestTileJSONOfNothingIsTheWorld(t *testing.T) {
	got, err := JSON(build(t), []string{"mixed"}, "", "")
	if err != nil || got.Bounds != [4]float64{-180, -85.0511288, 180, 85.0511288} {
		t.Errorf("bounds are %v, %v", got.Bounds, err)
	}
}
