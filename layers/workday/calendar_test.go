package workday

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func day(text string) time.Time {
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return d
}

func TestADayIsWorkedOrNot(t *testing.T) {
	c := Default()
	for _, of := range []struct {
		name, day string
		want      bool
	}{
		{"a Tuesday", "2017-03-14", true},
		{"a Saturday", "2017-03-18", false},
		{"a Friday of the Spring Festival", "2017-01-27", false},
		{"a Sunday worked for the Spring Festival", "2017-01-22", true},
		{"a Thursday off for the parade of 2015", "2015-09-03", false},
		{"a Monday of the Spring Festival that was made longer", "2020-01-31", false},
		{"a Monday off for the new year to come", "2018-12-31", false},
		{"a Saturday of a year that is not listed", "2034-10-07", false},
		{"a national day of a year that is not listed", "2034-10-02", true},
	} {
		if got := c.Is(day(of.day)); got != of.want {
			t.Errorf("%s, %s: worked %v, want %v", of.name, of.day, got, of.want)
		}
	}
}

// The law gives 11 days a year, and 13 from 2025 on. What falls on a weekend is made good, and what is off in exchange is
// worked on a weekend, so that a year has its weekdays less those; but a parade in 2015 and an epidemic in 2020.
func TestAYearHasItsWeekdaysLessTheDaysOfTheLaw(t *testing.T) {
	c := Default()
	more := map[int]int{2015: 1, 2020: 2}
	for year := 2015; year <= 2026; year++ {
		want := -11 - more[year]
		if year >= 2025 {
			want = -13
		}
		from := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
		for d := from; d.Year() == year; d = d.AddDate(0, 0, 1) {
			if d.Weekday() >= time.Monday && d.Weekday() <= time.Friday {
				want++
			}
		}
		if got := c.Between(from.AddDate(0, 0, -1), from.AddDate(1, 0, -1)); got != want {
			t.Errorf("%d has %d working days, want %d", year, got, want)
		}
	}
}

func TestDeadlines(t *testing.T) {
	c := Default()
	for _, of := range []struct {
		name, from string
		n          int
		want       string
	}{
		{"the day itself", "2017-03-18", 0, "2017-03-18"},
		{"over a weekend", "2017-03-17", 1, "2017-03-20"},
		{"from a weekend", "2017-03-18", 1, "2017-03-20"},
		{"over the national holidays of 2017", "2017-09-29", 2, "2017-10-09"}, // Saturday the 30th is worked
		{"five days over the Spring Festival of 2018", "2018-02-13", 5, "2018-02-26"},
		{"back over the Spring Festival of 2018", "2018-02-22", -1, "2018-02-14"},
		{"into a year that is not listed", "2034-09-29", 1, "2034-10-02"},
	} {
		if got := c.Add(day(of.from), of.n); got != day(of.want) {
			t.Errorf("%s: %d working days from %s is %s, want %s", of.name, of.n, of.from, got.Format(time.DateOnly), of.want)
		}
	}
}

func TestBetweenUndoesAdd(t *testing.T) {
	c := Default()
	rapid.Check(t, func(t *rapid.T) {
		from := day("2014-06-01").AddDate(0, 0, rapid.IntRange(0, 5000).Draw(t, "day"))
		n := rapid.IntRange(-300, 300).Draw(t, "n")
		to := c.Add(from, n)
		if got := c.Between(from, to); got != n {
			t.Fatalf("%d working days from %s is %s, which are %d", n, from, to, got)
		}
		if n != 0 && !c.Is(to) {
			t.Fatalf("%s ends a deadline and is not worked", to)
		}
	})
}

func TestYearsWithoutANoticeAreSaid(t *testing.T) {
	c := Default()
	if got := c.Unlisted(day("2014-12-30"), day("2015-02-01")); len(got) != 1 || got[0] != 2014 {
		t.Errorf("got %v", got)
	}
	if got := c.Unlisted(day("2026-12-31"), day("2015-01-01")); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}

func TestAFileAddsAYearOrChangesOne(t *testing.T) {
	c, err := Parse(strings.NewReader(`years:
  2034: {source: 通知, off: [2034-10-01/2034-10-07], worked: [2034-10-08]}
  2017: {worked: []}`))
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		"2034-10-02": false, "2034-10-08": true, "2017-09-30": false, "2017-10-02": false, "2018-02-11": true,
	} {
		if c.Is(day(text)) != want {
			t.Errorf("%s: worked %v, want %v", text, !want, want)
		}
	}
	for name, of := range map[string]struct{ text, want string }{
		"a key that is not known":      {"years: {'2034': {sorce: x}}", "line 1: years.2034.sorce: no such key; allowed are source, off, worked"},
		"a year without a source":      {"years: {'2034': {off: []}}", "years: 2034: needs the source"},
		"what is no year":              {"years: {next: {source: x}}", "years: next: is not a year"},
		"what is no day":               {"years: {'2034': {source: x, off: [2034-02-30]}}", `"2034-02-30" is not a day`},
		"days that run backwards":      {"years: {'2034': {source: x, off: [2034-02-03/2034-02-01]}}", "is not a day"},
		"a day of another year":        {"years: {'2034': {source: x, off: [2033-12-31/2034-01-02]}}", "lies outside of the year"},
		"a weekday that is worked":     {"years: {'2034': {source: x, worked: [2034-10-09]}}", "is no Saturday or Sunday"},
		"a day both off and worked":    {"years: {'2034': {source: x, off: [2034-10-08], worked: [2034-10-08]}}", "is a day off as well"},
		"a worked day of another year": {"years: {'2034': {source: x, worked: [2033-10-08]}}", "lies outside of the year"},
	} {
		if _, err := Parse(strings.NewReader(of.text)); err == nil || !strings.Contains(err.Error(), of.want) {
			t.Errorf("%s: got %v, want %s", name, err, of.want)
		}
	}
}
