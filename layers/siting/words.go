package siting

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers"
)

// amount is a value with its unit, rounded as people say it.
func (m Measure) amount(v float64) layers.Words {
	digits := 0
	if math.Abs(v) < 100 && m != Straight && m != Clearance && m != Unhardened && m != Height && m != Metres {
		digits = 1
	}
	text := strconv.FormatFloat(v, 'f', digits, 64)
	if digits == 1 {
		text = strings.TrimSuffix(text, ".0")
	}
	switch m {
	case Minutes:
		return layers.Words{Zh: text + " 分钟", En: text + " min"}
	case Slope:
		return layers.Words{Zh: text + "°", En: text + "°"}
	case Overlap:
		return layers.Words{Zh: text + "%", En: text + " %"}
	}
	return layers.Words{Zh: metresZh(v), En: metresEn(v)}
}

func metresZh(v float64) string {
	if v >= 10_000 {
		return fmt.Sprintf("%.1f 公里", v/1000)
	}
	return fmt.Sprintf("%.0f 米", v)
}

func metresEn(v float64) string {
	if v >= 10_000 {
		return fmt.Sprintf("%.1f km", v/1000)
	}
	return fmt.Sprintf("%.0f m", v)
}

// improvement says what is short of a threshold.
func (c *Criterion) improvement(i Improvement) layers.Words {
	to := c.Measure.amount(i.Threshold)
	if math.IsInf(i.Value, 1) {
		return layers.Words{
			Zh: fmt.Sprintf("%s：现在到不了，达到 %s", c.Title.Zh, to.Zh),
			En: fmt.Sprintf("%s: out of reach now, to be %s", c.Title.En, to.En),
		}
	}
	now, sign := c.Measure.amount(i.Value), ">"
	if i.Value < i.Threshold {
		sign = "<"
	}
	switch {
	case i.Hard:
		return layers.Words{
			Zh: fmt.Sprintf("%s %s %s %s，超出硬性限制", c.Title.Zh, now.Zh, sign, to.Zh),
			En: fmt.Sprintf("%s %s %s %s: a hard constraint", c.Title.En, now.En, sign, to.En),
		}
	case c.Measure == Unhardened:
		return layers.Words{
			Zh: fmt.Sprintf("还有 %s未硬化，再硬化 %s即达到 %s", now.Zh, metresZh(i.Value-i.Threshold), to.Zh),
			En: fmt.Sprintf("%s of road unhardened: %s once %s more are hardened", now.En, to.En, metresEn(i.Value-i.Threshold)),
		}
	}
	return layers.Words{
		Zh: fmt.Sprintf("%s %s %s %s", c.Title.Zh, now.Zh, sign, to.Zh),
		En: fmt.Sprintf("%s %s %s %s", c.Title.En, now.En, sign, to.En),
	}
}

// note says what was found.
func (s *Survey) note(n int, p *Plot, v float64, e *Evidence) layers.Words {
	c := &s.Criteria.List[n]
	if math.IsNaN(v) {
		return s.unknown(c)
	}
	switch c.Measure {
	case Slope, Height:
		return groundNote(c.Measure, e.Ground)
	case Overlap:
		return overlapNote(e)
	case Straight, Clearance:
		return straightNote(c.Measure, v, e)
	}
	if math.IsInf(v, 1) {
		return s.noWay(e)
	}
	way := layers.Words{}
	if e.Metres != nil && e.Minutes != nil && e.Feature != nil {
		way = layers.Words{
			Zh: fmt.Sprintf("%s：%s，%s", e.Feature.Name, metresZh(*e.Metres), Minutes.amount(*e.Minutes).Zh),
			En: fmt.Sprintf("%s: %s, %s", e.Feature.Name, metresEn(*e.Metres), Minutes.amount(*e.Minutes).En),
		}
	}
	if c.Measure == Unhardened {
		return layers.Words{
			Zh: fmt.Sprintf("到%s要修硬化路 %s（含离路 %s）", e.Feature.Name, metresZh(v), metresZh(or(e.WalkM))),
			En: fmt.Sprintf(
				"%s of road to harden or build on the way to %s, %s of them to the road", metresEn(v), e.Feature.Name, metresEn(or(e.WalkM)),
			),
		}
	}
	if walk := or(e.WalkM); walk >= 50 {
		way.Zh += fmt.Sprintf("，其中步行 %s到路", metresZh(walk))
		way.En += fmt.Sprintf(", %s of it walked to the road", metresEn(walk))
	}
	return way
}

func or(v *float64) float64 {
	if v == nil {
		return 0
	}
	return *v
}

func (s *Survey) unknown(c *Criterion) layers.Words {
	if c.Measure.ofGround() {
		if s.Ground.Empty() {
			return layers.Words{Zh: "未知：没有导入高程模型", En: "unknown: no elevation model is loaded"}
		}
		return layers.Words{Zh: "未知：高程模型不含此处", En: "unknown: the elevation model does not reach here"}
	}
	t, _ := s.Snapshot.Table(c.Layer)
	if t.Len() == 0 {
		return layers.Words{Zh: fmt.Sprintf("未知：图层“%s”没有数据", t.Layer.Title.Zh), En: fmt.Sprintf("unknown: layer %q holds nothing", t.Layer.ID)}
	}
	return layers.Words{
		Zh: fmt.Sprintf("未知：“%s”的记录缺少判断所需的字段", t.Layer.Title.Zh),
		En: fmt.Sprintf("unknown: records of layer %q lack a field that decides", t.Layer.ID),
	}
}

func (s *Survey) noWay(e *Evidence) layers.Words {
	switch e.State {
	case network.OffNetwork.String():
		if e.Snap == nil {
			return layers.Words{Zh: "附近没有公路", En: "no road anywhere near"}
		}
		return layers.Words{
			Zh: fmt.Sprintf("最近的公路在 %s外，超过步行的 %d 米", metresZh(e.Snap.WalkM), network.DefaultMaxSnap),
			En: fmt.Sprintf("the nearest road is %s away, more than the %d m that people walk", metresEn(e.Snap.WalkM), network.DefaultMaxSnap),
		}
	case network.Unconnected.String():
		return layers.Words{Zh: "附近的公路与之不相连", En: "the roads nearby do not lead there"}
	}
	return layers.Words{Zh: "没有符合条件的", En: "there is none of the kind"}
}

func straightNote(m Measure, v float64, e *Evidence) layers.Words {
	if e.Feature == nil {
		return layers.Words{Zh: "没有符合条件的", En: "there is none of the kind"}
	}
	name := e.Feature.Name
	if v == 0 && m == Clearance {
		return layers.Words{Zh: "压占或紧邻" + name, En: "touches " + name}
	}
	w := layers.Words{Zh: fmt.Sprintf("%s，直线 %s", name, metresZh(v)), En: fmt.Sprintf("%s, %s in a straight line", name, metresEn(v))}
	if e.RiseM != nil && e.Feature.Layer == "water" {
		if *e.RiseM >= 0 {
			w.Zh, w.En = w.Zh+fmt.Sprintf("，高 %.0f 米", *e.RiseM), w.En+fmt.Sprintf(", %.0f m higher", *e.RiseM)
		} else {
			w.Zh, w.En = w.Zh+fmt.Sprintf("，低 %.0f 米，须提水", -*e.RiseM), w.En+fmt.Sprintf(", %.0f m lower: to be pumped", -*e.RiseM)
		}
	}
	return w
}

func overlapNote(e *Evidence) layers.Words {
	if len(e.Hits) == 0 {
		if e.Feature == nil {
			return layers.Words{Zh: "未压占", En: "none"}
		}
		return layers.Words{
			Zh: fmt.Sprintf("未压占，最近的在 %s外", metresZh(or(e.StraightM))),
			En: fmt.Sprintf("none; the nearest is %s away", metresEn(or(e.StraightM))),
		}
	}
	var zh, en []string
	for _, h := range e.Hits {
		zh = append(zh, fmt.Sprintf("%s %.0f 平方米（%.0f%%）", h.Name, h.M2, 100*h.Share))
		en = append(en, fmt.Sprintf("%s %.0f m² (%.0f %%)", h.Name, h.M2, 100*h.Share))
	}
	return layers.Words{Zh: "压占" + strings.Join(zh, "、"), En: "covered by " + strings.Join(en, ", ")}
}

func groundNote(m Measure, g *Ground) layers.Words {
	if m == Height {
		return layers.Words{
			Zh: fmt.Sprintf("海拔 %.0f 米（%.0f 至 %.0f）", g.Mean, g.Low, g.High),
			En: fmt.Sprintf("%.0f m above sea level (%.0f to %.0f)", g.Mean, g.Low, g.High),
		}
	}
	return layers.Words{
		Zh: fmt.Sprintf("平均坡度 %.1f°，最陡 %.1f°（%.0f 米格网，%d 格）", or(g.MeanSlope), or(g.MaxSlope), g.CellMetres, g.Cells),
		En: fmt.Sprintf("mean slope %.1f°, steepest %.1f° (cells of %.0f m, %d of them)", or(g.MeanSlope), or(g.MaxSlope), g.CellMetres, g.Cells),
	}
}
