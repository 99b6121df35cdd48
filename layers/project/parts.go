package project

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/programme"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Layer is the layer of projects, and Record that of their steps.
const (
	Layer  = "project"
	Record = "project_step"
)

// A project's parts are a list of texts: road/12/0/340.5 hardens the road with the id 12 from one metre to another,
// village/611002100201/water joins a village by its code to a service, and line builds the project's own line as a road.
const (
	roadPart    = "road"
	villagePart = "village"
	linePart    = "line"
)

// FormatParts writes parts as the field parts has them. A line is the project's own geometry.
func FormatParts(snap *snapshot.Snapshot, parts []programme.Part) string {
	var list []string
	villages, _ := snap.Table("village")
	for _, p := range parts {
		switch {
		case p.Line != nil:
			list = append(list, linePart)
		case p.Village != 0:
			if row, ok := villages.Find(p.Village); ok {
				list = append(list, fmt.Sprintf("%s/%s/%s", villagePart, villages.Get(row, "code").Text(), p.Service))
			}
		default:
			list = append(list, fmt.Sprintf("%s/%d/%s/%s", roadPart, p.Road, metres(p.FromM), metres(p.ToM)))
		}
	}
	return strings.Join(list, layers.ListSeparator)
}

func metres(m float64) string { return strconv.FormatFloat(m, 'f', -1, 64) }

// Parts reads the parts of a project in a row. The error is layers.Faults.
func Parts(snap *snapshot.Snapshot, t *snapshot.Table, row uint32) (parts []programme.Part, err error) {
	return parse(snap, t.Get(row, "parts").Text(), t.Feature(row).Geometry)
}

func parse(snap *snapshot.Snapshot, text string, geometry orb.Geometry) (parts []programme.Part, err error) {
	if text == "" {
		return nil, nil
	}
	var wrong layers.Faults
	for i, item := range strings.Split(text, layers.ListSeparator) {
		found, why := part(snap, strings.TrimSpace(item), geometry)
		if why != "" {
			wrong.Add(fmt.Sprintf("parts[%d]", i), "%q: %s", item, why)
		}
		parts = append(parts, found...)
	}
	return parts, wrong.Err()
}

func part(snap *snapshot.Snapshot, item string, geometry orb.Geometry) (parts []programme.Part, why string) {
	words := strings.Split(item, "/")
	switch {
	case item == linePart:
		switch g := geometry.(type) {
		case orb.LineString:
			return []programme.Part{{Line: g}}, ""
		case orb.MultiLineString:
			for _, line := range g {
				parts = append(parts, programme.Part{Line: line})
			}
			return parts, ""
		}
		return nil, "the project has no line"
	case words[0] == villagePart && len(words) == 3:
		villages, ok := snap.Table("village")
		if !ok {
			return nil, "there is no layer of villages"
		}
		row, ok := villages.FindCode(words[1])
		if !ok {
			return nil, "there is no village with the code " + words[1]
		}
		return []programme.Part{{Village: villages.ID(row), Service: service.ID(words[2])}}, ""
	case words[0] == roadPart && len(words) == 4:
		id, err1 := strconv.ParseInt(words[1], 10, 64)
		from, err2 := strconv.ParseFloat(words[2], 64)
		to, err3 := strconv.ParseFloat(words[3], 64)
		if err1 == nil && err2 == nil && err3 == nil {
			return []programme.Part{{Road: id, FromM: from, ToM: to}}, ""
		}
	}
	return nil, "must be road/ID/FROM_M/TO_M, village/CODE/SERVICE or line"
}
