package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"text/tabwriter"

	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/programme"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/web"
)

type programmeCmd struct {
	storeFlag
	yearFlag
	rulesFlag
	villageFilter
	Service   string   `enum:"road,water,broadband" default:"road" help:"One of ${enum}."`
	By        string   `enum:"km,wan" default:"km" help:"What is to be saved where there is no budget: kilometres or 10,000 yuan."`
	BudgetKm  *float64 `name:"budget-km" placeholder:"KM" help:"Build so many kilometres at most."`
	BudgetWan *float64 `name:"budget-wan" placeholder:"WAN" help:"Spend so many 10,000 yuan at most."`
	County    string   `placeholder:"CODE" help:"Only villages of this county."`
	WhatIf    string   `name:"what-if" type:"existingfile" placeholder:"FILE" help:"Instead, tell what the works of a JSON file would change: {\"works\": […]}, as a programme's JSON has them in its parts."`
	Format    string   `short:"f" enum:"table,json,geojson,csv,xlsx" default:"table" help:"One of ${enum}."`
}

// Run answers from a snapshot of the store.
func (c *programmeCmd) Run(ctx context.Context, log *slog.Logger) error {
	ask, err := c.ask()
	if err != nil {
		return err
	}
	services, err := c.services()
	if err != nil {
		return err
	}
	snap, err := c.snapshot(ctx, log)
	if err != nil {
		return err
	}
	if _, err := web.NewCoverageFilter(snap, "", c.County, ""); err != nil {
		return err
	}
	condition, err := c.condition(snap)
	if err != nil {
		return err
	}
	result, err := coverage.Compute(ctx, snap, roads.Build(snap, c.year()), services)
	if err != nil {
		return err
	}
	if ask.Only, err = web.OnlyVillages(condition, result); err != nil {
		return err
	}
	if c.WhatIf != "" {
		f, err := os.Open(c.WhatIf)
		if err != nil {
			return err
		}
		defer f.Close()
		parts, err := web.ReadParts(f)
		if err != nil {
			return fmt.Errorf("%s: %w", c.WhatIf, err)
		}
		outcome, err := programme.WhatIf(ctx, snap, result, parts)
		if err != nil {
			return fmt.Errorf("%s: %w", c.WhatIf, err)
		}
		return writeWhatIf(os.Stdout, web.NewWhatIfAnswer(outcome), c.Format)
	}
	plan, err := programme.Make(ctx, result, ask)
	if err != nil {
		return err
	}
	if c.Format == "table" {
		return writeProgrammeTable(os.Stdout, plan)
	}
	return web.ProgrammeAnswer{Plan: plan}.Write(os.Stdout, c.Format)
}

func (c *programmeCmd) ask() (programme.Ask, error) {
	ask := programme.Ask{Service: service.ID(c.Service), By: programme.Measure(c.By), County: c.County, Budget: math.Inf(1)}
	switch {
	case c.BudgetKm != nil && c.BudgetWan != nil:
		return ask, fmt.Errorf("--budget-km and --budget-wan: one of them alone is allowed")
	case c.BudgetKm != nil:
		ask.By, ask.Budget = programme.Km, *c.BudgetKm
	case c.BudgetWan != nil:
		ask.By, ask.Budget = programme.Wan, *c.BudgetWan
	}
	if !(ask.Budget >= 0) {
		return ask, fmt.Errorf("the budget is %v; it must be 0 or more", ask.Budget)
	}
	return ask, nil
}

func writeProgrammeTable(w io.Writer, p *programme.Plan) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "N\tKM\tWAN\tVILLAGES\tPEOPLE\tSUM KM\tSUM WAN\tSUM VILLAGES\tSUM PEOPLE")
	for n, work := range p.Works {
		names := ""
		for i, v := range work.Villages {
			if i == 3 {
				names += fmt.Sprintf(" and %d more", len(work.Villages)-i)
				break
			}
			if i > 0 {
				names += "、"
			}
			names += p.Result.Villages.Table.Get(p.Result.Villages.Rows[v], "name").Text()
		}
		about := ""
		if work.Estimated {
			about = "~"
		}
		fmt.Fprintf(t, "%d\t%.2f\t%s%.0f\t%s\t%d\t%.2f\t%.0f\t%d\t%d\n", n+1, work.Km, about, work.Wan, names, work.People, work.Sum.Km, work.Sum.Wan, work.Sum.Villages, work.Sum.People)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%.1f km, %.0f wan yuan: %d of %d villages, %d of %d people. %s\n",
		p.Total.Km, p.Total.Wan, p.Total.Villages, p.Lacking.Villages, p.Total.People, p.Lacking.People, proof(p))
	return err
}

// proof says what is proven of a programme.
func proof(p *programme.Plan) string {
	switch {
	case math.IsNaN(p.Bound) || len(p.Works) == 0:
		return ""
	case math.IsInf(p.Budget, 1) && p.Gap < 5e-7:
		return "No cheaper set joins them all."
	case math.IsInf(p.Budget, 1):
		return fmt.Sprintf("No set for them all is below %.1f %s: a gap of %.2f %%.", p.Bound, p.By, 100*p.Gap)
	case p.Gap == 0:
		return "No works within the budget serve more."
	}
	return fmt.Sprintf("No works within the budget serve more than %.0f people: a gap of %.2f %%.", p.Bound, 100*p.Gap)
}

func writeWhatIf(w io.Writer, a web.WhatIfAnswer, format string) error {
	if format == "json" {
		return json.NewEncoder(w).Encode(a)
	}
	if format != "table" {
		return fmt.Errorf("-f %s: what works change is told as table or json", format)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "CODE\tNAME\tSERVICE\tBEFORE\tAFTER")
	for _, c := range a.Changed {
		fmt.Fprintf(t, "%s\t%s\t%v\t%v\t%v\n", c.Code, c.Name, c.Service, c.Before, c.After)
	}
	for _, s := range a.Services {
		fmt.Fprintf(t, "%v: without it %d villages and %d people before, %d and %d after\n", s.Service,
			s.Before.Villages["not"], s.Before.People["not"], s.After.Villages["not"], s.After.People["not"])
	}
	return t.Flush()
}
