package data_test

import (
	"testing"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/storetest"
	"github.com/cuntu/cuntu/layers"
)

// BenchmarkJudge is what a load pays a row for leaving out bad ones.
func BenchmarkJudge(b *testing.B) {
	for _, id := range []string{"village", "road"} {
		l, _ := layers.Builtin().Layer(id)
		maker := storetest.NewMaker(1)
		features := make([]layers.Feature, 1000)
		for i := range features {
			features[i] = maker.Feature(l)
			for k, v := range features[i].Values { // names and notes as long as people write them
				if len(l.Fields[k].Values) == 0 && l.Fields[k].Type == layers.TypeText && !v.IsNull() {
					features[i].Values[k] = layers.Text("商州区杨斜镇月亮湾村")
				}
			}
		}
		b.Run(id, func(b *testing.B) {
			b.ReportAllocs()
			for i := range b.N {
				if out, ok := data.Judge(l, &features[i%len(features)]); !ok {
					b.Fatal(out)
				}
			}
		})
	}
}
