package project

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/programme"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Sources are the fields that say whose money a project is built with, in the order of ledgers.
func Sources() []string {
	return []string{"central_wan", "province_wan", "city_wan", "county_wan", "bond_wan", "aid_wan", "other_wan"}
}

// cent is half of the least amount that ledgers tell, in 10,000 yuan: sums that differ by less are the same.
const cent = 0.5e-6

// mostOff is how far the kilometres that are claimed may be from those of the line, as a share.
const mostOff = 0.02

func words(zh, en string, args ...any) layers.Words {
	return layers.Words{Zh: fmt.Sprintf(zh, args...), En: fmt.Sprintf(en, args...)}
}

// SumOfSources is how much money a project has, in 10,000 yuan.
func SumOfSources(get func(field string) layers.Value) (sum float64) {
	for _, field := range Sources() {
		sum += get(field).Float()
	}
	return sum
}

// Money is what is wrong with a project's money: the sources add up to the cost; no more is contracted than it costs, and no
// more paid than is contracted, unless a reason is given.
func Money(get func(field string) layers.Value) (wrong []layers.Words) {
	cost, sum := get("cost_wan"), SumOfSources(get)
	switch {
	case cost.IsNull():
		wrong = append(wrong, words("未填写概算总投资", "the estimated cost is missing"))
	case math.Abs(sum-cost.Float()) > cent:
		wrong = append(wrong, words("资金来源合计 %s 万元，与概算总投资 %s 万元不符", "the sources add up to %s, not to the cost of %s (10,000 yuan)",
			amount(sum), amount(cost.Float())))
	}
	return append(wrong, Spending(get, get("contract_wan").Float(), get("paid_wan").Float())...)
}

// Spending is what is wrong with what is contracted and paid.
func Spending(get func(field string) layers.Value, contract, paid float64) (wrong []layers.Words) {
	if strings.TrimSpace(get("over_reason").Text()) != "" {
		return nil
	}
	cost := get("cost_wan").Float()
	if contract > cost+cent {
		wrong = append(wrong, words("合同 %s 万元超过概算 %s 万元，须填写超支理由",
			"the contract of %s is above the cost of %s (10,000 yuan): the reason must be given", amount(contract), amount(cost)))
	}
	if paid > contract+cent {
		wrong = append(wrong, words("已支付 %s 万元超过合同 %s 万元，须填写超支理由",
			"%s is paid, more than the contract of %s (10,000 yuan): the reason must be given", amount(paid), amount(contract)))
	}
	return wrong
}

// amount is money as ledgers write it.
func amount(wan float64) string {
	text := fmt.Sprintf("%.4f", wan)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}

// Km is what is wrong with the kilometres that are claimed: they are those of the line, where there is one.
func Km(get func(field string) layers.Value, shape geo.Shape) []layers.Words {
	if shape.Kind != geo.Lines {
		return nil
	}
	km, drawn := get("km"), shape.Length()/1e3
	switch {
	case km.IsNull():
		return []layers.Words{words("未填写建设里程（线路长 %.2f 公里）", "the length is missing (the line has %.2f km)", drawn)}
	case math.Abs(km.Float()-drawn) > mostOff*drawn:
		return []layers.Words{words("建设里程 %.2f 公里与线路长 %.2f 公里相差超过 2%%", "%.2f km are claimed; the line has %.2f km, which is more than 2 %% off",
			km.Float(), drawn)}
	}
	return nil
}

// Gone are the stages of projects that are not built.
func gone(stage string) bool { return stage == "withdrawn" }

// Overlap is another project that builds the same.
type Overlap struct {
	Number, Name string
	Metres       float64 // of the same road; 0 of a village that both serve
	What         string  // the road's or the village's name
}

// Sentence is the overlap for a person.
func (o Overlap) Sentence() layers.Words {
	if o.Metres > 0 {
		return words("与项目 %s（%s）重复建设“%s”%.0f 米", "project %s (%s) builds the same section of %s, %.0f m", o.Number, o.Name, o.What, o.Metres)
	}
	return words("与项目 %s（%s）重复建设%s", "project %s (%s) serves %s with the same", o.Number, o.Name, o.What)
}

// Sections finds projects that build the same. It is made once for all projects of a snapshot.
type Sections struct {
	snap *snapshot.Snapshot
	t    *snapshot.Table
	road map[int64][]section
	join map[string][]uint32 // projects by the village and service that they join
}

type section struct {
	row      uint32
	from, to float64
}

// NewSections reads the parts of all projects that are not withdrawn. Parts that cannot be read are left out.
func NewSections(snap *snapshot.Snapshot) *Sections {
	x := &Sections{snap: snap, road: map[int64][]section{}, join: map[string][]uint32{}}
	x.t, _ = snap.Table(Layer)
	if x.t == nil {
		return x
	}
	for row := range x.t.Rows {
		if gone(x.t.Get(row, "stage").Text()) {
			continue
		}
		parts, _ := Parts(snap, x.t, row) // what is wrong with them is told of the project itself
		for _, p := range parts {
			switch {
			case p.Road != 0:
				from, to := x.span(p)
				x.road[p.Road] = append(x.road[p.Road], section{row, from, to})
			case p.Village != 0:
				key := fmt.Sprint(p.Village, "/", p.Service)
				x.join[key] = append(x.join[key], row)
			}
		}
	}
	return x
}

// span is the part of a road in metres along it, all of it where no end is given.
func (x *Sections) span(p programme.Part) (from, to float64) {
	if p.ToM > 0 {
		return p.FromM, p.ToM
	}
	roads, ok := x.snap.Table("road")
	if !ok {
		return p.FromM, p.FromM
	}
	row, ok := roads.Find(p.Road)
	if !ok {
		return p.FromM, p.FromM
	}
	return p.FromM, roads.Shape(row).Length()
}

// least is how many metres of a road two projects may share: where one ends and the next begins they touch.
const least = 5

// Of are the other projects that build what a project builds.
func (x *Sections) Of(row uint32) (list []Overlap) {
	if x.t == nil {
		return nil
	}
	parts, err := Parts(x.snap, x.t, row)
	if err != nil || gone(x.t.Get(row, "stage").Text()) {
		return nil
	}
	of := func(other uint32, metres float64, what string) {
		number := x.t.Get(other, "number").Text()
		if i := slices.IndexFunc(list, func(o Overlap) bool { return o.Number == number && o.What == what }); i >= 0 {
			list[i].Metres += metres
			return
		}
		list = append(list, Overlap{number, x.t.Get(other, "name").Text(), metres, what})
	}
	for _, p := range parts {
		switch {
		case p.Road != 0:
			from, to := x.span(p)
			for _, s := range x.road[p.Road] {
				if shared := min(to, s.to) - max(from, s.from); s.row != row && shared > least {
					of(s.row, shared, x.nameOf("road", p.Road))
				}
			}
		case p.Village != 0:
			for _, other := range x.join[fmt.Sprint(p.Village, "/", p.Service)] {
				if other != row {
					of(other, 0, x.nameOf("village", p.Village))
				}
			}
		}
	}
	return list
}

func (x *Sections) nameOf(layer string, id int64) string {
	t, ok := x.snap.Table(layer)
	if !ok {
		return ""
	}
	row, ok := t.Find(id)
	if !ok {
		return ""
	}
	for _, field := range []string{"name", "number"} {
		if text := t.Get(row, field).Text(); text != "" {
			return text
		}
	}
	return fmt.Sprint(layer, " ", id)
}
