package relocation

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/settings"
)

//go:embed classes.yaml
var planClasses []byte

// Classes are the sizes of settlements, with what each must have and what it costs.
type Classes struct {
	M2Person settings.Quantity `yaml:"m2_person" json:"m2_person"`
	List     []Class           `yaml:"classes" json:"classes"`
	CostWan  struct {
		Base       settings.Quantity            `yaml:"base" json:"base"`
		Person     settings.Quantity            `yaml:"person" json:"person"`
		Facilities map[string]settings.Quantity `yaml:"facilities" json:"facilities"`
	} `yaml:"cost_wan" json:"cost_wan"`
}

// Class is one size.
type Class struct {
	ID         string       `yaml:"id" json:"id"`
	Title      layers.Words `yaml:"title" json:"title"`
	MaxPeople  int          `yaml:"max_people" json:"max_people"` // 0: without
	Facilities []string     `yaml:"facilities" json:"facilities"`
	Source     string       `yaml:"source" json:"source"`
}

// DefaultClasses are the ones that are built in.
func DefaultClasses() *Classes {
	c := &Classes{}
	if err := c.read(bytes.NewReader(planClasses)); err != nil {
		panic("siting: its own classes.yaml: " + err.Error()) // a test reads it
	}
	return c
}

// ParseClasses reads what differs from the ones that are built in.
func ParseClasses(r io.Reader) (*Classes, error) {
	c := DefaultClasses()
	return c, c.read(r)
}

func (c *Classes) read(r io.Reader) error {
	if err := settings.Read(r, c); err != nil {
		return err
	}
	return c.Check()
}

// Check says what is wrong with classes.
func (c *Classes) Check() error {
	costs := map[string]float64{
		"m2_person":       c.M2Person.Value,
		"cost_wan.base":   c.CostWan.Base.Value,
		"cost_wan.person": c.CostWan.Person.Value,
	}
	for id, q := range c.CostWan.Facilities {
		costs["cost_wan.facilities."+id] = q.Value
	}
	for name, v := range costs {
		if !(v >= 0) || math.IsInf(v, 1) {
			return fmt.Errorf("%s: %v must be a number, not negative", name, v)
		}
	}
	if c.M2Person.Value == 0 {
		return errors.New("m2_person: must be more than 0")
	}
	if len(c.List) == 0 {
		return errors.New("classes: there must be one at least")
	}
	for i, class := range c.List {
		last := i == len(c.List)-1
		switch {
		case class.ID == "":
			return fmt.Errorf("classes: number %d has no id", i+1)
		case last && class.MaxPeople != 0:
			return fmt.Errorf("classes: %s is the last and must take any number of people: no max_people", class.ID)
		case !last && (class.MaxPeople <= 0 || i > 0 && class.MaxPeople <= c.List[i-1].MaxPeople):
			return fmt.Errorf("classes: %s: max_people must grow from class to class", class.ID)
		}
		for _, f := range class.Facilities {
			if _, ok := c.CostWan.Facilities[f]; !ok {
				return fmt.Errorf("classes: %s: cost_wan.facilities has no cost of %q", class.ID, f)
			}
		}
	}
	return nil
}

// Of is the class of a settlement for so many people.
func (c *Classes) Of(people float64) *Class {
	for i := range c.List {
		if m := c.List[i].MaxPeople; m == 0 || people <= float64(m) {
			return &c.List[i]
		}
	}
	return &c.List[len(c.List)-1]
}

// Missing lists what a settlement of a class lacks of the facilities it must have.
func (c *Class) Missing(has []string) (list []string) {
	for _, f := range c.Facilities {
		if !slices.Contains(has, f) {
			list = append(list, f)
		}
	}
	return list
}

// Cost is what building a settlement for so many people costs in 万元, with the
// facilities that are missing.
func (c *Classes) Cost(people float64, missing []string) float64 {
	sum := c.CostWan.Base.Value + people*c.CostWan.Person.Value
	for _, f := range missing {
		sum += c.CostWan.Facilities[f].Value
	}
	return sum
}
