package intake

import (
	"fmt"
	"strings"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
)

// Kind is a kind of dirt in a file, the part of a Problem that a program acts on.
type Kind string

// The kinds. What makes a row bad and what is only told stands in Problem.Warning.
const (
	Unreadable    Kind = "unreadable"      // bytes that are no text in the file's encoding, damaged rows
	TooWide       Kind = "too_wide"        // cells beyond the last heading
	NotNumber     Kind = "not_number"      // where the field is a number
	NotWhole      Kind = "not_whole"       // a fraction where the field is a whole number
	OutOfRange    Kind = "out_of_range"    // a number, beyond what the field allows
	NotYear       Kind = "not_year"        //
	NotDate       Kind = "not_date"        // no day
	NotYesNo      Kind = "not_yes_no"      //
	NotChoice     Kind = "not_choice"      // none of the field's allowed values
	ReadAs        Kind = "read_as"         // taken for an allowed value that it resembles
	NotCode       Kind = "not_code"        // no 6, 9 or 12 digits
	LostDigits    Kind = "lost_digits"     // a code in scientific notation
	Missing       Kind = "missing"         // a required value
	UnknownCode   Kind = "unknown_code"    // a code that the layer it refers to lacks
	OldCode       Kind = "old_code"        // a code of a division that is no more, by that code
	UnknownName   Kind = "unknown_name"    // a name that the layer it refers to lacks
	Ambiguous     Kind = "ambiguous"       // a name or key that several features have
	NearName      Kind = "near_name"       // a name that resembles known ones
	CodeClash     Kind = "code_clash"      // a code that is not of the county or town beside it
	Renamed       Kind = "renamed"         // a code whose feature has another name
	Duplicate     Kind = "duplicate"       // rows of the file with one key
	LikeKnown     Kind = "like_known"      // a new feature beside one of the same name
	NotCoordinate Kind = "not_coordinate"  //
	ZeroPlace     Kind = "zero_coordinate" // 0, 0
	SwappedPlace  Kind = "swapped"         // latitude where the longitude should be
	FarPlace      Kind = "far_away"        // out of the area of the store
	OutsideCounty Kind = "outside_county"  // not in the county that the row claims
	WrongGeometry Kind = "wrong_geometry"  // a line where points are allowed, …
	BadGeometry   Kind = "bad_geometry"    // too few vertices, crossings that cannot be mended
	Mended        Kind = "mended"          // a ring that crossed itself or was not closed
	NoPlace       Kind = "no_place"        // a new feature without geometry
	ByPlace       Kind = "by_place"        // an area that was found by the outline in which the place lies
	StoodIn       Kind = "stood_in"        // a place that nobody has surveyed, for which a point within its outline stands in
	NoCRS         Kind = "no_crs"          // places, in a file whose first rows had none to tell the system by
	BadReplace    Kind = "bad_replace"     // bad rows where features are to be replaced
	OutsideArea   Kind = "outside_replace" // a row that is not of what is to be replaced
	OddUnit       Kind = "odd_unit"        // a unit in a heading that is not understood
	Fractions     Kind = "fractions"       // shares that are all 1 or less
	NoValue       Kind = "no_value"        // what programs write where they have no number
	TotalRow      Kind = "total_row"       // a row that adds up others and is left out
	NoRows        Kind = "no_rows"         // a file without a row of data
	Suspect       Kind = "suspect"         // of the file as a whole: it may be meant otherwise
	Removed       Kind = "removed"         // a feature that somebody has removed since the sender knew it
	ManyDisputes  Kind = "many_disputes"   // cells in dispute, more than can be settled one by one
	Recorded      Kind = "recorded"        // a value that follows from the record of steps and is another there
	NoReference   Kind = "no_reference"    // codes that cannot be checked
	Personal      Kind = "personal"        // a number of a person, which is not told
)

// Problem is something wrong in one place of a file.
type Problem struct {
	Sheet   string       `json:"sheet,omitempty"` // where several are read together
	Row     int64        `json:"row,omitempty"`   // 0 for the whole file
	Column  string       `json:"column,omitempty"`
	Field   string       `json:"field,omitempty"`
	Value   string       `json:"value,omitempty"` // as in the file, shortened
	Kind    Kind         `json:"kind"`
	Warning bool         `json:"warning,omitempty"` // the row is good all the same
	Message layers.Words `json:"message"`
	Near    []Candidate  `json:"near,omitempty"` // what may have been meant
	Place   *orb.Point   `json:"place,omitempty"`
}

// Candidate is a feature that a name may stand for.
type Candidate struct {
	Code string `json:"code"`
	Name string `json:"name"`
	Of   string `json:"of,omitempty"` // town and county, for a person
}

// String is the problem on one line, in Chinese or English.
func (p *Problem) String(zh bool) string {
	var b strings.Builder
	if zh {
		if p.Row > 0 {
			b.WriteString(rowZh(p.Sheet, p.Row))
		}
		if p.Column != "" {
			fmt.Fprintf(&b, "「%s」", p.Column)
		}
		if p.Value != "" {
			fmt.Fprintf(&b, "“%s”", p.Value)
		}
		if b.Len() > 0 {
			b.WriteString("：")
		}
		b.WriteString(p.Message.Zh)
		return b.String()
	}
	if p.Row > 0 {
		b.WriteString(rowEn(p.Sheet, p.Row) + ": ")
	}
	if p.Column != "" {
		b.WriteString(p.Column + ": ")
	}
	if p.Value != "" {
		fmt.Fprintf(&b, "%q ", p.Value)
	}
	b.WriteString(p.Message.En)
	return b.String()
}

// rowZh names a row, in its sheet where several are read.
func rowZh(sheet string, row int64) string {
	if sheet != "" {
		return fmt.Sprintf("“%s”第 %d 行", sheet, row)
	}
	return fmt.Sprintf("第 %d 行", row)
}

func rowEn(sheet string, row int64) string {
	if sheet != "" {
		return fmt.Sprintf("sheet %s row %d", sheet, row)
	}
	return fmt.Sprintf("row %d", row)
}

// words makes a message in both tongues from formats with the same arguments.
func words(zh, en string, args ...any) layers.Words {
	return layers.Words{Zh: fmt.Sprintf(zh, args...), En: fmt.Sprintf(en, args...)}
}

// shorten keeps messages readable, and what they quote to the cell in question.
func shorten(s string) string {
	const most = 40
	if r := []rune(s[:min(len(s), 4*most+4)]); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// trouble is a problem before it is known where.
type trouble struct {
	kind    Kind
	warning bool
	message layers.Words
	near    []Candidate
}

func bad(kind Kind, message layers.Words) *trouble { return &trouble{kind: kind, message: message} }
func told(kind Kind, message layers.Words) *trouble {
	return &trouble{kind: kind, warning: true, message: message}
}
