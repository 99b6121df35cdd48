package storetest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
)

// Maker makes random features that a layer allows, the same ones for the same
// seed. It seeks the edges: nulls, empty texts, the largest numbers, parts and
// holes. Codes are never twice the same from one maker, nor from two makers
// whose seeds differ by less than a million.
type Maker struct {
	rand  *rand.Rand
	seed  uint64
	codes int
}

// NewMaker makes a maker.
func NewMaker(seed uint64) *Maker {
	return &Maker{rand: rand.New(rand.NewPCG(seed, 42)), seed: seed % 1e6}
}

// Texts that a database, an encoding or a quoting rule might break: in GBK and
// beyond it, beyond the basic plane, joined emoji, composed in two ways, right to
// left, what COPY and SQL and CSV take for their own signs.
var awkwardTexts = []string{
	"", " ", "商州区杨斜镇月亮湾村", "镕堃喆玥旻昇", "𠮷野家𪚥𫠠", "㑇㙟䶮", "👨‍👩‍👧‍👦🏔️", "é e\u0301", "مرحبا",
	`\N`, `\.`, `a\tb`, "a\tb\r\nc", `'; DROP TABLE village; --`, `"quoted"`, "$1 %s ?", "NULL", "\u0001\u001f\u007f",
	"\ufeff首", "\u3000全角　空格", "\U0010ffff", strings.Repeat("长文本", 5000),
}

// Feature makes one, without an id.
func (m *Maker) Feature(l *layers.Layer) layers.Feature {
	f := layers.Feature{Values: make([]layers.Value, len(l.Fields))}
	for i := range l.Fields {
		f.Values[i] = m.Value(&l.Fields[i])
	}
	if l.HasGeometry() && m.rand.IntN(10) > 0 {
		f.Geometry = m.Geometry(l.Geometry[m.rand.IntN(len(l.Geometry))])
	}
	return f
}

// Value makes a value of a field.
func (m *Maker) Value(f *layers.Field) layers.Value {
	if !f.Required && m.rand.IntN(5) == 0 {
		return layers.Null
	}
	switch f.Type {
	case layers.TypeBool:
		return layers.Bool(m.rand.IntN(2) == 0)
	case layers.TypeYear:
		return layers.Int(int64(1900 + m.rand.IntN(201)))
	case layers.TypeDate:
		return layers.Text(fmt.Sprintf("%d-%02d-%02d", 1900+m.rand.IntN(201), 1+m.rand.IntN(12), 1+m.rand.IntN(28)))
	case layers.TypeInt:
		return m.whole(f)
	case layers.TypeFloat:
		return m.number(f)
	case layers.TypeCode:
		m.codes++
		return layers.Text(fmt.Sprintf("%06d%06d", m.seed, m.codes))
	}
	if len(f.Values) == 0 {
		return layers.Text(m.text())
	}
	chosen := f.Values[m.rand.IntN(len(f.Values))].Value
	if f.Type == layers.TypeList {
		chosen += layers.ListSeparator + f.Values[m.rand.IntN(len(f.Values))].Value
	}
	return layers.Text(chosen)
}

func (m *Maker) text() string {
	s := awkwardTexts[m.rand.IntN(len(awkwardTexts)-1)]
	if m.rand.IntN(100) == 0 { // the long one, but seldom
		s = awkwardTexts[len(awkwardTexts)-1]
	}
	for range m.rand.IntN(4) {
		s += string(rune(0x4e00 + m.rand.IntN(0x9fa5-0x4e00)))
	}
	return s
}

func (m *Maker) whole(f *layers.Field) layers.Value {
	low, high := int64(math.MinInt64), int64(math.MaxInt64)
	if f.Min != nil {
		low = int64(*f.Min)
	}
	if f.Max != nil {
		high = int64(*f.Max)
	}
	switch m.rand.IntN(8) {
	case 0:
		return layers.Int(low)
	case 1:
		return layers.Int(high)
	}
	return layers.Int(max(low, min(high, m.rand.Int64N(1<<(1+m.rand.IntN(60))))))
}

func (m *Maker) number(f *layers.Field) layers.Value {
	v := m.rand.Float64() * math.Pow(10, float64(m.rand.IntN(8)))
	switch m.rand.IntN(12) {
	case 0:
		v = 0.1
	case 1:
		v = math.SmallestNonzeroFloat64
	case 2:
		v = math.MaxFloat64
	case 3:
		v = 3
	}
	if f.Max != nil {
		v = min(v, *f.Max)
	}
	if f.Min != nil {
		v = max(v, *f.Min)
	}
	return layers.Float(v)
}

// Geometry makes a geometry of a kind, single or multiple.
func (m *Maker) Geometry(k geo.Kind) orb.Geometry {
	several := m.rand.IntN(3) == 0
	n := 1 + m.rand.IntN(3) // a multiple of one must come back as a multiple
	switch k {
	case geo.Points:
		if !several {
			return m.point()
		}
		g := make(orb.MultiPoint, n)
		for i := range g {
			g[i] = m.point()
		}
		return g
	case geo.Lines:
		if !several {
			return m.line()
		}
		g := make(orb.MultiLineString, n)
		for i := range g {
			g[i] = m.line()
		}
		return g
	}
	if !several {
		return m.polygon()
	}
	g := make(orb.MultiPolygon, n)
	for i := range g {
		g[i] = m.polygon()
	}
	return g
}

func (m *Maker) point() orb.Point {
	switch m.rand.IntN(20) {
	case 0:
		return orb.Point{180, 0}
	case 1:
		return orb.Point{-180, 85}
	case 2:
		return orb.Point{1e-300, -math.SmallestNonzeroFloat64}
	}
	return orb.Point{108 + 4*m.rand.Float64(), 32 + 3*m.rand.Float64()}
}

func (m *Maker) line() orb.LineString {
	g := make(orb.LineString, 2+m.rand.IntN(30))
	for i := range g {
		g[i] = m.point()
	}
	return g
}

func (m *Maker) polygon() orb.Polygon {
	centre := orb.Point{108 + 4*m.rand.Float64(), 32 + 3*m.rand.Float64()}
	p := orb.Polygon{m.ring(centre, 0.1, 1)}
	if m.rand.IntN(3) == 0 {
		p = append(p, m.ring(centre, 0.04, -1))
	}
	return p
}

// ring is a star around a centre, whose radius stays within half of the one given.
func (m *Maker) ring(centre orb.Point, radius, turn float64) orb.Ring {
	r := make(orb.Ring, 3+m.rand.IntN(12))
	for i := range r {
		sin, cos := math.Sincos(turn * 2 * math.Pi * float64(i) / float64(len(r)))
		d := radius * (0.5 + m.rand.Float64()/2)
		r[i] = orb.Point{centre[0] + d*cos, centre[1] + d*sin}
	}
	return append(r, r[0])
}
