package main

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// packFormer writes for each province a file of the codes that earlier editions have and the last has not, or has by another
// name.
func packFormer(to string, editions []*edition) error {
	history := newHistory(editions)
	last := editions[len(editions)-1]
	provinces := map[string]*strings.Builder{}
	for _, code := range slices.Sorted(maps.Keys(history.until)) {
		text, ok := provinces[code[:provinceDigits]]
		if !ok {
			text = &strings.Builder{}
			provinces[code[:provinceDigits]] = text
		}
		switch i := history.until[code]; {
		case i < len(editions)-1:
			history.write(text, code)
		case len(code) < villageDigits:
			was, year := history.formerName(code)
			if was != "" && stem(was) != stem(last.names[code]) {
				fmt.Fprintf(text, "=%s %d = %s\n", code[provinceDigits:], year, was)
			}
		}
	}
	for province, text := range provinces {
		if err := write(filepath.Join(to, "former-"+province+".br"), text.String()); err != nil {
			return err
		}
	}
	return nil
}

// history is how codes went from edition to edition.
type history struct {
	editions []*edition
	until    map[string]int      // the last edition that has a code
	next     []map[string]string // by edition, what became of the codes that the next one has not; none where it is not known
	town     string              // of the villages written last
}

func newHistory(editions []*edition) *history {
	h := &history{editions: editions, until: map[string]int{}}
	for i, e := range editions {
		for code := range e.names {
			h.until[code] = i
		}
		if i+1 < len(editions) {
			h.next = append(h.next, successors(e, editions[i+1]))
		}
	}
	return h
}

// now is what became of a code; "" where that is not known.
func (h *history) now(code string) string {
	for code != "" && h.until[code] < len(h.editions)-1 {
		code = h.next[h.until[code]][code]
	}
	return code
}

// formerName is the last other name of a code that is in use, and the year until which it had it.
func (h *history) formerName(code string) (name string, year int) {
	now := stem(h.editions[len(h.editions)-1].names[code])
	for _, e := range slices.Backward(h.editions) {
		if was, ok := e.names[code]; ok && stem(was) != now {
			return was, e.year
		}
	}
	return "", 0
}

// write writes a line for a code that is not in use: =CODE YEAR NOW NAME of a county or town, with - for NOW where that is not
// known, and of a village its last digits, the last digit of the year, and what it is now: = for the same digits in what its town
// is now, other three digits there, all digits elsewhere, and nothing where that is not known. Villages stand behind their
// towns, which are on a line alone where they are in use still.
func (h *history) write(text *strings.Builder, code string) {
	e := h.editions[h.until[code]]
	now := h.now(code)
	if len(code) < villageDigits {
		if len(code) == townDigits {
			h.town = code
		}
		fmt.Fprintf(text, "=%s %d %s %s\n", code[provinceDigits:], e.year, orDash(now), e.names[code])
		return
	}
	if town := code[:townDigits]; town != h.town {
		h.town = town
		fmt.Fprintf(text, "=%s\n", town[provinceDigits:])
	}
	suffix := code[townDigits:]
	switch town := h.now(code[:townDigits]); {
	case now == "":
	case town != "" && now == town+suffix:
		now = "="
	case town != "" && strings.HasPrefix(now, town):
		now = now[townDigits:]
	}
	fmt.Fprintf(text, "%s%d%s\n", suffix, e.year%10, now)
}

func orDash(code string) string {
	if code == "" {
		return "-"
	}
	return code
}

// successors finds what became of the codes of an edition that the next one has not. A place is found again by its name where
// one alone of its kind has that; a county or town of which the name is gone is where most of its parts are found again.
func successors(a, b *edition) map[string]string {
	s := map[string]string{}
	for _, digits := range []int{countyDigits, townDigits, villageDigits} {
		for code := range a.names {
			if _, there := b.names[code]; len(code) == digits && !there {
				s[code] = successor(a, b, code, s)
			}
		}
	}
	maps.DeleteFunc(s, func(_, now string) bool { return now == "" })
	return s
}

func successor(a, b *edition, code string, above map[string]string) string {
	name := a.names[code]
	fresh := func(list []string) []string { // of what is there already, the name says nothing
		return slices.DeleteFunc(list, func(c string) bool { _, old := a.names[c]; return old })
	}
	switch len(code) {
	case countyDigits:
		if now := only(fresh(b.like(code[:provinceDigits], name, countyDigits))); now != "" {
			return now
		}
		return most(a.below[code], func(town string) string {
			return parent(only(b.like(code[:prefectureDigits], a.names[town], townDigits)))
		})
	case townDigits:
		county := above[code[:countyDigits]]
		var here []string
		list := fresh(b.like(code[:prefectureDigits], name, townDigits))
		for _, town := range list {
			if town[:countyDigits] == code[:countyDigits] || town[:countyDigits] == county {
				here = append(here, town)
			}
		}
		if now := only(here); now != "" {
			return now
		}
		if county != "" && county[:prefectureDigits] != code[:prefectureDigits] {
			list = append(list, fresh(b.like(county[:prefectureDigits], name, townDigits))...)
		}
		if now := only(list); now != "" {
			return now
		}
		return most(a.below[code], func(village string) string { return parent(villageNow(a, b, village, above)) })
	}
	return villageNow(a, b, code, above)
}

// villageNow finds a village in what its town is now, or else in its county.
func villageNow(a, b *edition, code string, above map[string]string) string {
	town, county := code[:townDigits], code[:countyDigits]
	if now := above[town]; now != "" {
		town = now
	}
	var here []string
	for _, village := range b.like(town[:countyDigits], a.names[code], villageDigits) {
		if strings.HasPrefix(village, town) {
			here = append(here, village)
		}
	}
	if now := only(here); now != "" {
		return now
	}
	list := b.like(county, a.names[code], villageDigits)
	if now := above[county]; now != "" {
		list = append(list, b.like(now, a.names[code], villageDigits)...)
	}
	return only(list)
}

func only(list []string) string {
	if len(list) == 1 {
		return list[0]
	}
	return ""
}

// parent is the town of a village, or the county of a town; "" of "".
func parent(code string) string {
	switch len(code) {
	case villageDigits:
		return code[:townDigits]
	case townDigits:
		return code[:countyDigits]
	}
	return ""
}

// most is where more than half of the parts that are found are; "" where there is no such.
func most(parts []string, of func(string) string) string {
	count, all := map[string]int{}, 0
	for _, part := range parts {
		if now := of(part); now != "" {
			count[now]++
			all++
		}
	}
	for now, n := range count {
		if 2*n > all {
			return now
		}
	}
	return ""
}
