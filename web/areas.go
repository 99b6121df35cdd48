package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers/snapshot"
)

type areaJSON struct {
	Code  string      `json:"code"`
	Name  string      `json:"name"`
	BBox  []float64   `json:"bbox,omitempty"`
	Towns []*areaJSON `json:"towns,omitempty"`
}

// areas answers /api/areas: the counties in the order of their codes, each with its
// towns. A town, which has no outline, reaches as far as its villages.
func (s *server) areas(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	if err := newQuery(r).done(); err != nil {
		return err
	}
	extents := townExtents(snap)
	counties, known := []*areaJSON{}, map[string]*areaJSON{}
	if t, ok := snap.Table("county"); ok {
		for row := range t.Rows {
			a := newArea(t, row, t.Shape(row).Box())
			counties, known[a.Code] = append(counties, a), a
		}
	}
	if t, ok := snap.Table("town"); ok {
		for row := range t.Rows {
			if county, ok := known[t.Get(row, "county").Text()]; ok {
				county.Towns = append(county.Towns, newArea(t, row, extents[t.Get(row, "code").Text()].Union(t.Shape(row).Box())))
			}
		}
	}
	byCode := func(a, b *areaJSON) int { return strings.Compare(a.Code, b.Code) }
	slices.SortFunc(counties, byCode)
	for _, c := range counties {
		slices.SortFunc(c.Towns, byCode)
	}
	return writeJSON(w, map[string]any{"counties": counties})
}

func newArea(t *snapshot.Table, row uint32, extent geo.Box) *areaJSON {
	return &areaJSON{Code: t.Get(row, "code").Text(), Name: t.Get(row, "name").Text(), BBox: bounds(extent)}
}

// townExtents are the boxes around the villages of each town, by its code.
func townExtents(snap *snapshot.Snapshot) map[string]geo.Box {
	extents := map[string]geo.Box{}
	if t, ok := snap.Table("town"); ok {
		for row := range t.Rows {
			extents[t.Get(row, "code").Text()] = geo.Empty
		}
	}
	if t, ok := snap.Table("village"); ok {
		for row := range t.Rows {
			if box, ok := extents[t.Get(row, "town").Text()]; ok {
				extents[t.Get(row, "town").Text()] = box.Union(t.Shape(row).Box())
			}
		}
	}
	return extents
}
