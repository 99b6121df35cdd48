package main

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/project"

	"github.com/cuntu/cuntu/data/files"
	"github.com/cuntu/cuntu/data/files/read"
	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/geo/crs"
	"github.com/cuntu/cuntu/layers/siting"
)

// readShapes reads the geometries of a file in degrees of WGS 84, with what the columns
// name and people say, whatever they are called in either tongue.
func readShapes(path, system string, take func(g orb.Geometry, name string, people int) error) error {
	o := read.Options{}
	if system != "" {
		var err error
		if o.CRS, err = crs.Parse(system); err != nil {
			return fmt.Errorf("--crs: %w", err)
		}
	}
	src, err := files.Open(path, o)
	if err != nil {
		return err
	}
	defer src.Close()
	if src.CRS == nil {
		if src.CRSErr != nil {
			return fmt.Errorf("%s: %w; give its coordinate system with --crs", path, src.CRSErr)
		}
		return fmt.Errorf("%s does not say in what coordinate system it is; give it with --crs", path)
	}
	column := func(names ...string) int {
		return slices.IndexFunc(src.Fields, func(f record.Field) bool { return slices.Contains(names, strings.ToLower(f.Name)) })
	}
	name, people := column("name", "名称", "地块名称"), column("people", "人数", "安置人口", "人口")
	for rec, err := range src.All() {
		if err == nil {
			err = errors.Join(rec.Problems...)
		}
		if err != nil {
			return err
		}
		if rec.Geometry == nil {
			return fmt.Errorf("%s: row %d: has no geometry", path, rec.Row)
		}
		g := project.Geometry(rec.Geometry, src.CRS.ToWGS84)
		if b := g.Bound(); !(b.Min[0] >= -180 && b.Max[0] <= 180 && b.Min[1] >= -85 && b.Max[1] <= 85) {
			return fmt.Errorf("%s: row %d: lies at %v to %v, which are no degrees of %s", path, rec.Row, b.Min, b.Max, src.CRS)
		}
		text, count := "", 0
		if name >= 0 && rec.Values[name] != nil {
			text = fmt.Sprint(rec.Values[name])
		}
		if people >= 0 && rec.Values[people] != nil {
			var n float64
			if _, err := fmt.Sscan(fmt.Sprint(rec.Values[people]), &n); err != nil || !(n >= 1 && n <= 1e6) || n != math.Trunc(n) {
				return fmt.Errorf(
					"%s: row %d: %s: %v is not a whole number from 1 to 1000000", path, rec.Row, src.Fields[people].Name, rec.Values[people],
				)
			}
			count = int(n)
		}
		if err := take(g, text, count); err != nil {
			return fmt.Errorf("%s: row %d: %w", path, rec.Row, err)
		}
	}
	return nil
}

func readPlots(path, system string, c *siting.Criteria, people int) (plots []siting.Plot, err error) {
	err = readShapes(path, system, func(g orb.Geometry, name string, own int) error {
		if people > 0 {
			own = people
		}
		plot, err := c.PlotFor(g, own)
		plot.Name = name
		plots = append(plots, plot)
		return err
	})
	if err == nil && len(plots) == 0 {
		err = fmt.Errorf("%s: holds no parcel", path)
	}
	return plots, err
}

func readArea(path, system string) (area orb.MultiPolygon, err error) {
	err = readShapes(path, system, func(g orb.Geometry, _ string, _ int) error {
		switch g := g.(type) {
		case orb.Polygon:
			area = append(area, g)
		case orb.MultiPolygon:
			area = append(area, g...)
		default:
			return fmt.Errorf("an area is a polygon, not a %s", g.GeoJSONType())
		}
		return nil
	})
	return area, err
}
