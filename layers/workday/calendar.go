// Package workday counts the working days of China, by which offices set their deadlines.
//
// A calendar of days off and of weekends that are worked flows in, as data; days and numbers of working days come out.
// A day is midnight UTC, as time.Parse(time.DateOnly, text) gives it. A year that the calendar does not list has its
// weekends alone, and Unlisted says so: the office that publishes the holidays does so in the November before.
package workday

import (
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cuntu/cuntu/layers/settings"
)

//go:embed calendar.yaml
var published []byte

// Calendar tells which days are worked. It is made by Default or Parse and not changed after.
type Calendar struct {
	Years map[string]Year `yaml:"years"` // by the year in four digits

	odd map[time.Time]bool // days off and weekends that are worked: whether the day is worked
}

// Year is what a calendar says of a year beside its weekends.
type Year struct {
	Source string   `yaml:"source"`
	Off    []string `yaml:"off"`    // 2017-10-01 or 2017-10-01/2017-10-08, both included
	Worked []string `yaml:"worked"` // Saturdays and Sundays
}

// Default is the calendar of the years that Cuntu ships with.
func Default() *Calendar {
	c := &Calendar{}
	if err := c.read(bytes.NewReader(published)); err != nil {
		panic("workday: its own calendar.yaml: " + err.Error()) // a test reads it
	}
	return c
}

// Parse is the default calendar with what the YAML file changes. An error names the year and what is allowed there.
func Parse(file io.Reader) (*Calendar, error) {
	c := Default()
	return c, c.read(file)
}

func (c *Calendar) read(file io.Reader) error {
	if err := settings.Read(file, c); err != nil {
		return err
	}
	c.odd = map[time.Time]bool{}
	for _, name := range slices.Sorted(maps.Keys(c.Years)) {
		if err := c.enter(name); err != nil {
			return fmt.Errorf("years: %s: %w", name, err)
		}
	}
	return nil
}

// enter takes up what is said of a year.
func (c *Calendar) enter(name string) error {
	y := c.Years[name]
	number, err := strconv.Atoi(name)
	switch {
	case err != nil || number < 1949 || number > 2999:
		return fmt.Errorf("is not a year from 1949 to 2999")
	case y.Source == "":
		return fmt.Errorf("needs the source it is taken from")
	}
	for _, text := range y.Off {
		from, to, err := span(text)
		if err != nil {
			return fmt.Errorf("off: %w", err)
		}
		if from.Year() != number || to.Year() != number {
			return fmt.Errorf("off: %s lies outside of the year", text)
		}
		for day := from; !day.After(to); day = day.AddDate(0, 0, 1) {
			c.odd[day] = false
		}
	}
	for _, text := range y.Worked {
		day, err := time.Parse(time.DateOnly, text)
		off, told := c.odd[day]
		switch {
		case err != nil:
			return fmt.Errorf("worked: %q is not a day such as 2017-09-30", text)
		case day.Year() != number:
			return fmt.Errorf("worked: %s lies outside of the year", text)
		case !weekend(day):
			return fmt.Errorf("worked: %s is no Saturday or Sunday", text)
		case told && !off:
			return fmt.Errorf("worked: %s is a day off as well", text)
		}
		c.odd[day] = true
	}
	return nil
}

// span reads a day, or the first and the last of several.
func span(text string) (from, to time.Time, err error) {
	first, last, several := strings.Cut(text, "/")
	if !several {
		last = first
	}
	from, err = time.Parse(time.DateOnly, first)
	if err == nil {
		to, err = time.Parse(time.DateOnly, last)
	}
	if err != nil || to.Before(from) {
		return from, to, fmt.Errorf("%q is not a day such as 2017-10-01, or days such as 2017-10-01/2017-10-08", text)
	}
	return from, to, nil
}

func weekend(day time.Time) bool {
	return day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
}

// Is tells whether a day is a working day.
func (c *Calendar) Is(day time.Time) bool {
	if worked, told := c.odd[day]; told {
		return worked
	}
	return !weekend(day)
}

// Add is the n-th working day after a day, or before it for a negative n; 0 is the day itself, worked or not. The day
// on which something happens does not count, as deadlines are reckoned.
func (c *Calendar) Add(day time.Time, n int) time.Time {
	step := 1
	if n < 0 {
		step = -1
	}
	for n != 0 {
		day = day.AddDate(0, 0, step)
		if c.Is(day) {
			n -= step
		}
	}
	return day
}

// Between is how many working days lie after from, up to and including to; negative, those from to on and before from,
// where to is the earlier. Between(day, Add(day, n)) is n.
func (c *Calendar) Between(from, to time.Time) int {
	n := 0
	for day := from; day.Before(to); {
		day = day.AddDate(0, 0, 1)
		if c.Is(day) {
			n++
		}
	}
	for day := from; day.After(to); {
		day = day.AddDate(0, 0, -1)
		if c.Is(day) {
			n--
		}
	}
	return n
}

// Unlisted are the years between two days, both included, of which the calendar says nothing.
func (c *Calendar) Unlisted(from, to time.Time) (years []int) {
	if to.Before(from) {
		from, to = to, from
	}
	for y := from.Year(); y <= to.Year(); y++ {
		if _, ok := c.Years[strconv.Itoa(y)]; !ok {
			years = append(years, y)
		}
	}
	return years
}
