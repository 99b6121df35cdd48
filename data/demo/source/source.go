package source

import (
	"bytes"
	"embed"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/demo/plane"
	"github.com/cuntu/cuntu/geo"
)

//go:embed shangluo
var files embed.FS

// Source is what is real: read once, never changed.
type Source struct {
	Counties []County
	Towns    []Town // by code; the units that are parks, farms and reservoirs are in special
	Special  []Town
	Villages []Village // by code
	Zones    []Zone
	Known    []KnownPlace
}

type County struct {
	Code, Name string
	Seat       orb.Point
	Outline    orb.MultiPolygon
}

type Town struct {
	Code, Name  string
	County      int // index into counties
	Communities int
}

type Village struct {
	Code, Name string
	Town       int // index into towns
}

type Zone struct {
	County int
	Name   string
}

type KnownPlace struct {
	Name string
	At   orb.Point
}

func Read() (*Source, error) {
	s := new(Source)
	for _, step := range []func() error{s.readCounties, s.readTowns, s.readVillages, s.readZones, s.readKnown} {
		if err := step(); err != nil {
			return nil, fmt.Errorf("read the demo's embedded files: %w", err)
		}
	}
	return s, nil
}

func (s *Source) readCounties() error {
	data, err := files.ReadFile("shangluo/counties_gcj02.geojson")
	if err != nil {
		return err
	}
	var fc struct {
		Features []struct {
			Properties struct {
				Code, Name string
				Seat       orb.Point
			}
			Geometry struct{ Coordinates orb.MultiPolygon }
		}
	}
	if err := json.Unmarshal(data, &fc); err != nil {
		return err
	}
	for _, f := range fc.Features {
		c := County{
			Code:    f.Properties.Code,
			Name:    f.Properties.Name,
			Seat:    plane.Rounded(geo.GCJ02ToWGS84(f.Properties.Seat)),
			Outline: f.Geometry.Coordinates,
		}
		for _, polygon := range c.Outline {
			for _, ring := range polygon {
				for i := range ring {
					ring[i] = plane.Rounded(geo.GCJ02ToWGS84(ring[i]))
				}
			}
		}
		s.Counties = append(s.Counties, c)
	}
	return nil
}

func (s *Source) county(code string) (int, error) {
	for i := range s.Counties {
		if s.Counties[i].Code == code {
			return i, nil
		}
	}
	return 0, fmt.Errorf("no county %q", code)
}

// firstSpecial is where, in the last three digits of a town-level code, units
// begin that are no towns: reservoirs, forest farms, parks (GB/T 10114 keeps
// 400–599 for them).
const firstSpecial = 400

func (s *Source) readTowns() error {
	return eachRow("towns.csv", func(row []string) error {
		county, err := s.county(row[2])
		if err != nil {
			return err
		}
		serial, err := strconv.Atoi(row[0][6:])
		if err != nil {
			return err
		}
		t := Town{Code: row[0], Name: row[1], County: county}
		if serial >= firstSpecial {
			s.Special = append(s.Special, t)
		} else {
			s.Towns = append(s.Towns, t)
		}
		return nil
	})
}

// readVillages keeps the villages and counts the communities of each town. The
// third digit from the end tells them apart: 2 or 3 for a village committee,
// 0 or 1 for a residents' committee, 5 for a made-up unit of a special area.
func (s *Source) readVillages() error {
	towns := make(map[string]int, len(s.Towns))
	for i := range s.Towns {
		towns[s.Towns[i].Code] = i
	}
	return eachRow("villages.csv", func(row []string) error {
		town, isTown := towns[row[2]]
		if !isTown {
			return nil
		}
		switch row[0][9] {
		case '2', '3':
			s.Villages = append(s.Villages, Village{row[0], villageName(row[1]), town})
		case '0', '1':
			s.Towns[town].Communities++
		}
		return nil
	})
}

// villageName turns the committee's name, 杏树园村委会, into the village's,
// 杏树园村. Some committees' names say 村 twice, some leave the committee out.
func villageName(committee string) string {
	name := committee
	for _, suffix := range []string{"村民委员会", "村委会", "委会"} {
		if cut, ok := strings.CutSuffix(committee, suffix); ok {
			name = cut
			break
		}
	}
	return strings.TrimSuffix(name, "村") + "村"
}

func (s *Source) readZones() error {
	return eachRow("zones.csv", func(row []string) error {
		county, err := s.county(row[0])
		s.Zones = append(s.Zones, Zone{county, row[2]})
		return err
	})
}

func (s *Source) readKnown() error {
	return eachRow("geonames.csv", func(row []string) error {
		lon, err := strconv.ParseFloat(row[3], 64)
		if err != nil {
			return err
		}
		lat, err := strconv.ParseFloat(row[4], 64)
		s.Known = append(s.Known, KnownPlace{row[2], orb.Point{lon, lat}})
		return err
	})
}

func eachRow(name string, do func([]string) error) error {
	data, err := files.ReadFile("shangluo/" + name)
	if err != nil {
		return err
	}
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for i, row := range rows[1:] {
		if err := do(row); err != nil {
			return fmt.Errorf("%s: row %d: %w", name, i+2, err)
		}
	}
	return nil
}
