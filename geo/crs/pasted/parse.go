package pasted

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// axis is what letters say that a number is.
type axis uint8

const (
	unlabelled axis = iota
	longitude
	latitude
	letterX
	letterY
)

var other = [...]axis{unlabelled: unlabelled, longitude: latitude, latitude: longitude, letterX: letterY, letterY: letterX}

// number is a coordinate or a part of one.
type number struct {
	value  float64
	whole  bool // written without a point
	marked bool // with signs of degrees, minutes or seconds
	axis   axis
}

// marks brings the many signs for degrees, minutes and seconds to one each. What
// compatibility normalisation would spoil (º becomes o) comes before it.
var (
	marks = strings.NewReplacer("º", "°", "˚", "°", "″", `"`, "“", `"`, "”", `"`, "〃", `"`, "''", `"`, "′′", `"`, "’’", `"`,
		"′", "'", "’", "'", "‘", "'", "´", "'", "ʹ", "'", "−", "-", "–", "-", "—", "-", "、", ",", "，", ",", "；", ";", "：", ":", "。", " ")
	// Words for signs; 经度 and 纬度 are none.
	degreeWord, minuteWord, secondWord = regexp.MustCompile(`(\d)\s*度`), regexp.MustCompile(`(\d)\s*分`), regexp.MustCompile(`(\d)\s*秒`)
)

func normal(text string) string { return strings.ToLower(norm.NFKC.String(marks.Replace(text))) }

// token is a number, a sign, letters, a separator or something that says nothing.
var token = regexp.MustCompile(`(?P<number>\d+(?:\.\d*)?|\.\d+)|(?P<sign>[°'"])|(?P<gap>[\s,;|/=:()\[\]{}_+-]+)|` +
	`(?P<letters>[a-z]+|[东西]经|经度|横坐标|东坐标|[北南]纬|纬度|纵坐标|北坐标|[东北西南]|坐标系?|位置|米)|(?P<word>\p{L}+|.)`)

// label is what letters say of a number; the zero label says nothing, and is no fault.
type label struct {
	axis     axis
	negative bool
}

var labels = map[string]label{
	"坐标": {}, "坐标系": {}, "位置": {}, "米": {}, "m": {}, "metres": {}, "meters": {},
	"x": {axis: letterX}, "y": {axis: letterY},
	"东经": {axis: longitude}, "经度": {axis: longitude}, "横坐标": {axis: longitude}, "东坐标": {axis: longitude}, "东": {axis: longitude},
	"longitude": {axis: longitude}, "lon": {axis: longitude}, "lng": {axis: longitude}, "long": {axis: longitude},
	"easting": {axis: longitude}, "east": {axis: longitude}, "e": {axis: longitude},
	"北纬": {axis: latitude}, "纬度": {axis: latitude}, "纵坐标": {axis: latitude}, "北坐标": {axis: latitude}, "北": {axis: latitude},
	"latitude": {axis: latitude}, "lat": {axis: latitude},
	"northing": {axis: latitude}, "north": {axis: latitude}, "n": {axis: latitude},
	"西经": {longitude, true}, "西": {longitude, true}, "west": {longitude, true}, "w": {longitude, true},
	"南纬": {latitude, true}, "南": {latitude, true}, "south": {latitude, true}, "s": {latitude, true},
}

type piece struct {
	kind, text string
	start, end int
}

func pieces(s string) (out []piece) {
	for _, m := range token.FindAllStringSubmatchIndex(s, -1) {
		for g, kind := range token.SubexpNames() {
			if g > 0 && m[2*g] >= 0 {
				out = append(out, piece{kind, s[m[2*g]:m[2*g+1]], m[2*g], m[2*g+1]})
			}
		}
	}
	return out
}

// parser walks the pieces of a text.
type parser struct {
	text    string
	pieces  []piece
	at      int
	numbers []number
	words   []string
	// Letters stand before their numbers or behind them, as the first ones do.
	before  bool
	pending label
}

// parse reads the numbers of a text that holds little else but signs and letters.
func parse(s string) ([]number, error) {
	s = degreeWord.ReplaceAllString(minuteWord.ReplaceAllString(secondWord.ReplaceAllString(s, `$1"`), `$1'`), `$1°`)
	p := parser{text: s, pieces: pieces(s)}
	for _, x := range p.pieces {
		if x.kind == "number" || labels[x.text].axis != unlabelled {
			p.before = x.kind != "number"
			break
		}
	}
	for p.at < len(p.pieces) {
		x := p.pieces[p.at]
		switch known, ok := labels[x.text]; {
		case x.kind == "number":
			if err := p.coordinate(); err != nil {
				return nil, err
			}
			continue
		case ok:
			p.label(known)
		case x.kind == "word", x.kind == "letters":
			p.words = append(p.words, x.text)
		case x.kind == "sign":
			return nil, fmt.Errorf("the sign %s stands by itself; %s", x.text, Forms)
		}
		p.at++
	}
	if len(p.numbers) == 0 {
		return nil, errors.New("there is no number; " + Forms)
	}
	if len(p.words) > 0 && !precise(p.numbers) {
		return nil, fmt.Errorf("%q is not understood; %s", p.words[0], Forms)
	}
	return p.numbers, nil
}

// label gives letters to the number behind them or before them.
func (p *parser) label(l label) {
	if l.axis == unlabelled {
		return
	}
	if p.before {
		p.pending = l
		return
	}
	n := &p.numbers[len(p.numbers)-1] // there is one, or letters would stand before
	if n.axis == unlabelled {
		n.axis = l.axis
		if l.negative {
			n.value = -n.value
		}
	}
}

// coordinate reads a number with the minutes and seconds that belong to it.
func (p *parser) coordinate() error {
	first := p.pieces[p.at]
	n, err := parseNumber(first.text)
	if err != nil {
		return err
	}
	negative := p.signed(first)
	p.at++
	part := n
	for unit := range units {
		if sign := p.sign(); sign == units[unit] {
			n.marked = true
			p.at++
		} else if sign != "" {
			return fmt.Errorf("the sign %s is out of order; %s", sign, Forms)
		}
		next, ok := p.part(unit+1, n, part)
		if !ok {
			break
		}
		if part, err = parseNumber(next.text); err != nil {
			return err
		}
		if part.value >= 60 {
			return fmt.Errorf("%s minutes or seconds are not below 60; %s", next.text, Forms)
		}
		n.value += part.value / []float64{1, 60, 3600}[unit+1]
		n.marked, n.whole = true, false
		p.at++
	}
	if negative != p.pending.negative {
		n.value = -n.value
	}
	n.axis, p.pending = p.pending.axis, label{}
	p.numbers = append(p.numbers, n)
	return nil
}

func parseNumber(text string) (number, error) {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return number{}, fmt.Errorf("%q is not a number; %s", text, Forms)
	}
	return number{value: v, whole: !strings.Contains(text, ".")}, nil
}

// signed tells whether a minus stands right before a number and behind no other.
func (p *parser) signed(x piece) bool {
	s, minus := strings.CutSuffix(p.text[:x.start], "-")
	return minus && (s == "" || strings.ContainsAny(s[len(s)-1:], " ,;=:("))
}

// units are the signs of degrees, minutes and seconds.
var units = [...]string{"°", "'", `"`}

// sign is the sign that stands next, "" where none does.
func (p *parser) sign() string {
	if p.at < len(p.pieces) && p.pieces[p.at].kind == "sign" {
		return p.pieces[p.at].text
	}
	return ""
}

// part finds the minutes or seconds (unit 1 or 2) that belong to what was read: they
// carry their sign, or stand right behind the sign before, or are joined by a colon
// or a hyphen.
func (p *parser) part(unit int, n, before number) (piece, bool) {
	if unit >= len(units) || !before.whole {
		return piece{}, false
	}
	i, gap := p.at, ""
	if i < len(p.pieces) && p.pieces[i].kind == "gap" {
		gap = p.pieces[i].text
		i++
	}
	if i >= len(p.pieces) || p.pieces[i].kind != "number" {
		return piece{}, false
	}
	sign := ""
	if i+1 < len(p.pieces) && p.pieces[i+1].kind == "sign" {
		sign = p.pieces[i+1].text
	}
	own := sign == units[unit] && strings.TrimSpace(gap) == ""
	bare := sign == "" && (gap == "" && n.marked || gap == ":" || gap == "-")
	if !own && !bare {
		return piece{}, false
	}
	p.at = i
	return p.pieces[i], true
}
