package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"text/tabwriter"
	"time"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/progress"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/web"
)

type progressCmd struct {
	storeFlag
	rulesFlag
	Year   int    `help:"As of the end of this year; the last one that the records tell of by default."`
	County string `placeholder:"CODE" help:"Only this county, with its towns."`
	State  string `default:"late,due" help:"Villages to list: of late, due, later, out and unplanned."`
	Table  string `enum:"areas,villages,contradictions" default:"areas" help:"What csv and xlsx hold: ${enum}."`
	Format string `short:"f" enum:"table,json,csv,xlsx" default:"table" help:"One of ${enum}."`
}

// Run answers from a snapshot of the store.
func (c *progressCmd) Run(ctx context.Context, log *slog.Logger) error {
	states, err := web.NewVillageStates(c.State)
	if err != nil {
		return fmt.Errorf("--state: %w", err)
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
	cover := progress.Cover{
		Whole: func(year int) (*coverage.Result, error) {
			return coverage.Compute(ctx, snap, roads.Build(snap, year), services)
		},
		States: func(year int) (*coverage.Result, error) {
			return coverage.Judge(ctx, snap, roads.Build(snap, year), services)
		},
	}
	report, err := progress.Compute(ctx, snap, cover, &progress.Cache{}, progress.Ask{Year: c.Year, County: c.County, Today: time.Now()})
	if err != nil {
		return err
	}
	if c.Format == "table" {
		return writeProgressTable(os.Stdout, report, states)
	}
	return web.ProgressAnswer{Report: report, Table: c.Table, States: states}.Write(os.Stdout, c.Format)
}

func writeProgressTable(w io.Writer, r *progress.Report, states []progress.VillageState) error {
	fmt.Fprintf(w, "End of %d; records reach to %d\n\n", r.Year, r.Recorded)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "AREA\tINDICATOR\tPLANNED\tACTUAL\tSTATE\tFINAL\tNEEDED A YEAR\tSO FAR A YEAR")
	number := func(v layers.Value, share bool) string {
		switch {
		case v.IsNull():
			return "-"
		case share:
			return fmt.Sprintf("%.1f%%", v.Float())
		}
		return fmt.Sprintf("%.0f", v.Float())
	}
	for _, a := range r.Areas {
		name := a.Code + " " + a.Name
		for _, p := range a.Indicators {
			if p.Planned.IsNull() && p.Actual.IsNull() {
				continue
			}
			share := p.Indicator.IsShare()
			final := "-"
			if p.FinalYear != 0 {
				final = fmt.Sprintf("%s by %d", number(p.Final, share), p.FinalYear)
			}
			fmt.Fprintf(t, "%s\t%v\t%s\t%s\t%s\t%s\t%s\t%s\n", name, p.Indicator, number(p.Planned, share), number(p.Actual, share), p.Standing, final, number(p.Needed, share), number(p.Pace, share))
			name = ""
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	return writeProgressVillages(w, r, states)
}

func writeProgressVillages(w io.Writer, r *progress.Report, states []progress.VillageState) error {
	shown := map[progress.VillageState]bool{}
	for _, s := range states {
		shown[s] = true
	}
	t, n := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0), 0
	fmt.Fprintln(t, "\nCODE\tNAME\tYEAR\tSTATE\tSTAGE\tSINCE\tLACKS")
	for k := range r.Villages {
		v := &r.Villages[k]
		if !shown[v.State] {
			continue
		}
		n++
		why := ""
		for _, c := range r.Why(v) {
			why += c.Sentence().Zh + " "
		}
		name := r.Coverage.Villages.Table.Get(r.Coverage.Villages.Rows[v.Index], "name").Text()
		fmt.Fprintf(t, "%s\t%s\t%d\t%v\t%s\t%s\t%s\n", v.Code, name, v.ExitYear, v.State, v.History.Stage, v.History.Since, why)
	}
	fmt.Fprintf(t, "%d villages; %d contradictions\n", n, len(r.Contradictions))
	return t.Flush()
}
