package programme_test

import (
	"math"
	"testing"

	"github.com/cuntu/cuntu/data/demo/demotest"
	"github.com/cuntu/cuntu/layers/programme"
	"github.com/cuntu/cuntu/layers/service"
)

func BenchmarkProgrammeOverTheDemo(b *testing.B) {
	r := compute(b, demotest.Snapshot(b), 2017)
	for _, c := range []struct {
		name    string
		service service.ID
		budget  float64
	}{
		{"roads for all", service.Road, math.Inf(1)},
		{"roads for 50 km", service.Road, 50},
		{"fibre for all", service.Broadband, math.Inf(1)},
		{"fibre for 50 km", service.Broadband, 50},
		{"water for all", service.Water, math.Inf(1)},
		{"water for 50 km", service.Water, 50},
	} {
		b.Run(c.name, func(b *testing.B) {
			var p *programme.Plan
			for b.Loop() {
				p = plan(b, r, c.service, programme.Km, c.budget)
			}
			b.ReportMetric(100*p.Gap, "%gap")
		})
	}
}

func BenchmarkWhatIfOverTheDemo(b *testing.B) {
	snap := demotest.Snapshot(b)
	r := compute(b, snap, 2017)
	p := plan(b, r, service.Road, programme.Km, math.Inf(1))
	for b.Loop() {
		if _, err := programme.WhatIf(b.Context(), snap, r, p.Parts(p.Works)); err != nil {
			b.Fatal(err)
		}
	}
}
