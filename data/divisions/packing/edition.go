package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// edition is the codes of counties, towns and villages of a year, with their names.
type edition struct {
	year  int
	names map[string]string
	below map[string][]string // codes right below a county or town
	named map[key][]string    // codes of a name
}

// key is a name, without what says of what kind its place is, in an area that is meant to have but one of it.
type key struct{ within, stem string }

// How many digits codes have.
const (
	provinceDigits   = 2
	prefectureDigits = 4
	countyDigits     = 6
	townDigits       = 9
	villageDigits    = 12
)

// readEdition reads a package's tables: those of the first releases are JSON and end with towns.
func readEdition(year int, dist string) (*edition, error) {
	e := &edition{year, map[string]string{}, map[string][]string{}, map[key][]string{}}
	for _, table := range []struct {
		name   string
		digits int
	}{{"areas", countyDigits}, {"streets", townDigits}, {"villages", villageDigits}} {
		rows, err := rowsOf(filepath.Join(dist, table.name))
		if errors.Is(err, fs.ErrNotExist) && table.digits == villageDigits {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			code, name := row[0], row[1]
			if len(code) < table.digits {
				return nil, fmt.Errorf("%s: code %s of %s", table.name, code, name)
			}
			// The edition of 2015 has some villages among the towns, and 市辖区 is there for counting alone.
			if strings.Trim(code[table.digits:], "0") == "" && name != "市辖区" {
				e.names[code[:table.digits]] = name
			}
		}
	}
	for _, code := range slices.Sorted(maps.Keys(e.names)) {
		switch len(code) {
		case countyDigits:
			e.index(code[:provinceDigits], code)
		case townDigits:
			e.below[code[:countyDigits]] = append(e.below[code[:countyDigits]], code)
			e.index(code[:prefectureDigits], code)
		case villageDigits:
			e.below[code[:townDigits]] = append(e.below[code[:townDigits]], code)
			e.index(code[:countyDigits], code)
		}
	}
	return e, nil
}

func (e *edition) index(within, code string) {
	k := key{within, stem(e.names[code])}
	e.named[k] = append(e.named[k], code)
}

// like are the codes as long as one whose places have the name of a place, in an area.
func (e *edition) like(within, name string, digits int) (list []string) {
	for _, code := range e.named[key{within, stem(name)}] {
		if len(code) == digits {
			list = append(list, code)
		}
	}
	return list
}

func rowsOf(path string) ([][]string, error) {
	f, err := os.Open(path + ".csv")
	if err == nil {
		defer f.Close()
		rows, err := csv.NewReader(f).ReadAll()
		return rows[min(1, len(rows)):], err
	}
	content, err := os.ReadFile(path + ".json")
	if err != nil {
		return nil, err
	}
	var list []struct{ Code, Name string }
	if err := json.Unmarshal(content, &list); err != nil {
		return nil, err
	}
	rows := make([][]string, len(list))
	for i, d := range list {
		rows[i] = []string{d.Code, d.Name}
	}
	return rows, nil
}

// kinds are endings that say of what kind a place is, longer ones first.
var kinds = []string{
	"社区居民委员会", "村民委员会", "社区居委会", "居民委员会", "嘎查委员会", "街道办事处", "嘎查委会", "街道办", "村委会", "居委会", "办事处", "社区",
	"街道", "嘎查", "民族乡", "镇", "乡", "村", "县", "市", "区",
}

// stem is a name without its kind: a village that has become a community, or a county that has become a city, keeps it.
func stem(name string) string {
	for _, kind := range kinds {
		if rest, ok := strings.CutSuffix(name, kind); ok && len([]rune(rest)) > 1 {
			return rest
		}
	}
	return name
}
