package coverage

import (
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

//go:embed rules.yaml
var defaults []byte

// Limit is a number that a rule asks for, and where that is written.
type Limit struct {
	Value  float64
	Source string
}

// List is what a rule names, and where that is written.
type List struct {
	Values []string
	Source string
}

func (l List) has(v string) bool { return slices.Contains(l.Values, v) }

// Rules are all thresholds. They are made by Default or Parse and not changed
// after. Units stand in the names; shares are per cent.
type Rules struct {
	Records struct{ Year Limit }
	Road    struct {
		ReachM, SeatReachM, RuralAccessM Limit
		Controlled, TownGrade            List
	}
	Water struct {
		QuantityL, QuantityBasicL       Limit
		DryCounties                     List
		DryQuantityL, DryQuantityBasicL Limit
		FetchMin, FetchBasicMin         Limit
		Guarantee, GuaranteeBasic       Limit
	}
	Broadband struct {
		Mbps         Limit
		MobileNeeded List
	}
	Exit struct {
		Village, County List
		Incidence       Limit
		// OfCounty are the limits of the criteria that County lists.
		OfCounty struct{ Incidence, Income, Road, TapWater, Power, Housing, Insured, Fibre Limit }
	}
	Target struct{ Road, TapWater, Guarantee, Broadband, Power, Exit Limit }
	// Programme is what works cost and how far they go.
	Programme struct {
		NationalWanKm, ProvincialWanKm, CountyWanKm, TownshipWanKm, VillageWanKm, SpecialWanKm Limit
		NewRoadWanKm, LinkDetour, MaxLinkM, PipeWanKm, MaxPipeM, FibreWanKm                    Limit
	}
}

// rule is one key of the file: a limit between low and high, or a list of some of
// allowed, of anything where allowed is empty.
type rule struct {
	section, key string
	limit        *Limit
	low, high    float64
	list         *List
	allowed      []string
}

func (r *Rules) keys() []rule {
	number := func(section, key string, l *Limit, low, high float64) rule {
		return rule{section: section, key: key, limit: l, low: low, high: high}
	}
	percent := func(section, key string, l *Limit) rule { return number(section, key, l, 0, 100) }
	list := func(section, key string, l *List, allowed ...string) rule {
		return rule{section: section, key: key, list: l, allowed: allowed}
	}
	grades := []string{"高速", "一级", "二级", "三级", "四级", "等外"}
	c, g, w := &r.Exit.OfCounty, &r.Target, &r.Programme
	cost := func(key string, l *Limit) rule { return number("programme", key, l, 0.01, 100_000) }
	return []rule{
		number("records", "year", &r.Records.Year, 0, 2100),
		number("road", "reach_m", &r.Road.ReachM, 1, 20_000),
		number("road", "seat_reach_m", &r.Road.SeatReachM, 1, 20_000),
		list("road", "controlled", &r.Road.Controlled, grades...),
		list("road", "town_grade", &r.Road.TownGrade, grades...),
		number("road", "rural_access_m", &r.Road.RuralAccessM, 1, 20_000),
		number("water", "quantity_l", &r.Water.QuantityL, 0, 1000),
		number("water", "quantity_basic_l", &r.Water.QuantityBasicL, 0, 1000),
		list("water", "dry_counties", &r.Water.DryCounties),
		number("water", "dry_quantity_l", &r.Water.DryQuantityL, 0, 1000),
		number("water", "dry_quantity_basic_l", &r.Water.DryQuantityBasicL, 0, 1000),
		number("water", "fetch_min", &r.Water.FetchMin, 0, 600),
		number("water", "fetch_basic_min", &r.Water.FetchBasicMin, 0, 600),
		percent("water", "guarantee", &r.Water.Guarantee),
		percent("water", "guarantee_basic", &r.Water.GuaranteeBasic),
		number("broadband", "mbps", &r.Broadband.Mbps, 0, 100_000),
		list("broadband", "mobile_needed", &r.Broadband.MobileNeeded, "yes", "no"),
		list("exit", "village", &r.Exit.Village, exitCriteria...),
		percent("exit", "incidence", &r.Exit.Incidence),
		list("exit", "county", &r.Exit.County, countyCriteria...),
		percent("exit", "county_incidence", &c.Incidence),
		number("exit", "county_income", &c.Income, 0, 1000),
		percent("exit", "county_road", &c.Road),
		percent("exit", "county_tap_water", &c.TapWater),
		percent("exit", "county_power", &c.Power),
		percent("exit", "county_housing", &c.Housing),
		percent("exit", "county_insured", &c.Insured),
		percent("exit", "county_fibre", &c.Fibre),
		percent("target", "road", &g.Road),
		percent("target", "tap_water", &g.TapWater),
		percent("target", "guarantee", &g.Guarantee),
		percent("target", "broadband", &g.Broadband),
		percent("target", "power", &g.Power),
		percent("target", "exit", &g.Exit),
		cost("national_wan_km", &w.NationalWanKm),
		cost("provincial_wan_km", &w.ProvincialWanKm),
		cost("county_wan_km", &w.CountyWanKm),
		cost("township_wan_km", &w.TownshipWanKm),
		cost("village_wan_km", &w.VillageWanKm),
		cost("special_wan_km", &w.SpecialWanKm),
		cost("new_road_wan_km", &w.NewRoadWanKm),
		number("programme", "link_detour", &w.LinkDetour, 1, 10),
		number("programme", "max_link_m", &w.MaxLinkM, 1, 100_000),
		cost("pipe_wan_km", &w.PipeWanKm),
		number("programme", "max_pipe_m", &w.MaxPipeM, 1, 200_000),
		cost("fibre_wan_km", &w.FibreWanKm),
	}
}

// Default is the rules that Cuntu ships with.
func Default() *Rules {
	r := &Rules{}
	if err := r.read(bytes.NewReader(defaults)); err != nil {
		panic("coverage: its own rules.yaml: " + err.Error()) // a test reads it
	}
	return r
}

// Parse is the default rules with what the YAML file changes. An error names the
// line, the key and what is allowed there.
func Parse(file io.Reader) (*Rules, error) {
	r := Default()
	if err := r.read(file); err != nil {
		return nil, err
	}
	return r, r.consistent()
}

func (r *Rules) read(file io.Reader) error {
	var doc yaml.Node
	d := yaml.NewDecoder(file)
	if err := d.Decode(&doc); err == io.EOF {
		return nil // an empty file changes nothing
	} else if err != nil {
		return err
	}
	if err := d.Decode(&yaml.Node{}); err != io.EOF {
		return fmt.Errorf("rules: more than one document; one is allowed")
	}
	keys := r.keys()
	return eachPair(doc.Content[0], "rules", func(section string, at, body *yaml.Node) error {
		var names []string
		for _, k := range keys {
			if k.section == section {
				names = append(names, k.key)
			}
		}
		if names == nil {
			return unknown(at, section, sections(keys))
		}
		return eachPair(body, section, func(key string, at, body *yaml.Node) error {
			i := slices.IndexFunc(keys, func(k rule) bool { return k.section == section && k.key == key })
			if i < 0 {
				return unknown(at, section+"."+key, names)
			}
			return keys[i].read(body)
		})
	})
}

func sections(keys []rule) []string {
	var names []string
	for _, k := range keys {
		if !slices.Contains(names, k.section) {
			names = append(names, k.section)
		}
	}
	return names
}

func unknown(at *yaml.Node, name string, allowed []string) error {
	return fmt.Errorf("line %d: %s: no such key; allowed are %s", at.Line, name, strings.Join(allowed, ", "))
}

// eachPair walks a mapping in which no key may repeat.
func eachPair(n *yaml.Node, name string, fn func(key string, at, value *yaml.Node) error) error {
	if n.Kind != yaml.MappingNode {
		return fmt.Errorf("line %d: %s: must be a mapping of keys to values", n.Line, name)
	}
	seen := map[string]bool{}
	for i := 0; i < len(n.Content); i += 2 {
		k := n.Content[i]
		if seen[k.Value] {
			return fmt.Errorf("line %d: %s.%s: is given twice", k.Line, name, k.Value)
		}
		seen[k.Value] = true
		if err := fn(k.Value, k, n.Content[i+1]); err != nil {
			return err
		}
	}
	return nil
}

func (k rule) name() string { return k.section + "." + k.key }

func (k rule) read(n *yaml.Node) error {
	value, source := "value", ""
	if k.list != nil {
		value = "values"
	}
	var body *yaml.Node
	err := eachPair(n, k.name(), func(key string, at, v *yaml.Node) error {
		switch key {
		case value:
			body = v
		case "source":
			source = strings.TrimSpace(v.Value)
		default:
			return unknown(at, k.name()+"."+key, []string{value, "source"})
		}
		return nil
	})
	if err != nil {
		return err
	}
	if body == nil || source == "" {
		return fmt.Errorf("line %d: %s: needs a %s and the source it is taken from", n.Line, k.name(), value)
	}
	if k.list != nil {
		return k.readList(body, source)
	}
	v, err := strconv.ParseFloat(body.Value, 64)
	if err != nil || body.Kind != yaml.ScalarNode || !(v >= k.low && v <= k.high) {
		return fmt.Errorf("line %d: %s: %q is not a number from %v to %v", body.Line, k.name(), body.Value, k.low, k.high)
	}
	*k.limit = Limit{v, source}
	return nil
}

func (k rule) readList(n *yaml.Node, source string) error {
	if n.Kind != yaml.SequenceNode {
		return fmt.Errorf("line %d: %s: values must be a list", n.Line, k.name())
	}
	values := []string{}
	for _, item := range n.Content {
		if item.Kind != yaml.ScalarNode || len(k.allowed) > 0 && !slices.Contains(k.allowed, item.Value) {
			return fmt.Errorf("line %d: %s: %q is not one of %s", item.Line, k.name(), item.Value, strings.Join(k.allowed, ", "))
		}
		values = append(values, item.Value)
	}
	*k.list = List{values, source}
	return nil
}

// consistent checks that what is reached is also basically reached.
func (r *Rules) consistent() error {
	for _, p := range []struct {
		full, basic string
		ok          bool
	}{
		{"water.quantity_l", "water.quantity_basic_l", r.Water.QuantityL.Value >= r.Water.QuantityBasicL.Value},
		{"water.dry_quantity_l", "water.dry_quantity_basic_l", r.Water.DryQuantityL.Value >= r.Water.DryQuantityBasicL.Value},
		{"water.guarantee", "water.guarantee_basic", r.Water.Guarantee.Value >= r.Water.GuaranteeBasic.Value},
		{"water.fetch_basic_min", "water.fetch_min", r.Water.FetchBasicMin.Value >= r.Water.FetchMin.Value},
	} {
		if !p.ok {
			return fmt.Errorf("%s: must be at least %s", p.full, p.basic)
		}
	}
	return nil
}
