package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/cql2"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/web"
)

type gapsCmd struct {
	storeFlag
	Service  string `default:"road" enum:"road,water,broadband,power,clinic,school,culture,tv,cooperative,exit" help:"One of ${enum}."`
	State    string `default:"not" help:"States to list, such as not,unknown; empty for all."`
	Year     int    `help:"What is complete by then counts as existing; the present year by default."`
	County   string `placeholder:"CODE" help:"Only villages of this county."`
	Critical bool   `help:"Instead, list the sections of hardened road without which villages would lose theirs, and the cableways in use."`
	Town     string `placeholder:"CODE" help:"Only villages of this town."`
	rulesFlag
	villageFilter
	Format string `short:"f" enum:"table,json,geojson,csv,xlsx" default:"table" help:"One of ${enum}."`
}

// villageFilter is a condition on villages.
type villageFilter struct {
	Filter string `placeholder:"CQL2" help:"Only villages that match, such as: poverty = TRUE AND population > 500"`
}

// condition is nil where there is none.
func (f villageFilter) condition(snap *snapshot.Snapshot) (*cql2.Expr, error) {
	if f.Filter == "" {
		return nil, nil
	}
	e, err := cql2.Parse(f.Filter)
	if t, ok := snap.Table("village"); ok && err == nil {
		_, err = e.Bind(t)
	}
	if err != nil {
		return nil, fmt.Errorf("--filter: %w", err)
	}
	return e, nil
}

// Run answers from a snapshot of the store.
func (c *gapsCmd) Run(ctx context.Context, log *slog.Logger) error {
	services, err := c.services()
	if err != nil {
		return err
	}
	snap, err := c.snapshot(ctx, log)
	if err != nil {
		return err
	}
	filter, err := web.NewCoverageFilter(snap, c.State, c.County, c.Town)
	if err != nil {
		return err
	}
	condition, err := c.condition(snap)
	switch {
	case err != nil:
		return err
	case c.Critical && condition != nil:
		return errors.New("--filter: chooses villages, and --critical lists sections of road")
	}
	if c.Year == 0 {
		c.Year = time.Now().Year()
	}
	result, err := coverage.Compute(ctx, snap, roads.Build(snap, c.Year), services)
	if err != nil {
		return err
	}
	if c.Critical {
		critical, err := web.FindCritical(ctx, result, c.County, math.MaxInt)
		if err != nil {
			return err
		}
		if c.Format == "table" {
			return writeCriticalTable(os.Stdout, critical)
		}
		return critical.Write(os.Stdout, c.Format)
	}
	answer := filter.Answer(result, service.ID(c.Service))
	if err := answer.Only(condition); err != nil {
		return err
	}
	if c.Format == "table" {
		return writeGapsTable(os.Stdout, answer)
	}
	return answer.Write(os.Stdout, c.Format)
}

// rulesFlag is a file of rules.
type rulesFlag struct {
	Rules string `type:"existingfile" placeholder:"FILE" help:"A YAML file with what differs from the rules that are built in."`
}

func (f rulesFlag) services() (*service.Catalog, error) {
	if f.Rules == "" {
		return service.Builtin(), nil
	}
	file, err := os.Open(f.Rules)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	services, err := service.Parse(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Rules, err)
	}
	return services, nil
}

func writeGapsTable(w io.Writer, a web.CoverageAnswer) error {
	r, t := a.Result, tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "CODE\tNAME\tPEOPLE\tSTATE\tNEAREST M\tWHY")
	for _, i := range a.Villages {
		row, people, nearest, why := r.Villages.Rows[i], "?", "", ""
		if n := r.Villages.People[i]; n >= 0 {
			people = fmt.Sprint(n)
		}
		metres := float32(math.NaN())
		if a.Service == service.Road {
			metres = r.Roads.NearestM[i]
		} else if s := r.Supplies[a.Service]; s != nil {
			metres = s.Metres[i]
		}
		if metres == metres { // not NaN
			nearest = fmt.Sprintf("%.0f", metres)
		}
		for _, c := range r.Why(a.Service, i) {
			if c.State != service.Reached && !c.Aside {
				why += c.Sentence().Zh + " "
			}
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%v\t%s\t%s\n", r.Villages.Table.Get(row, "code").Text(), r.Villages.Table.Get(row, "name").Text(), people, r.States[a.Service][i], nearest, why)
	}
	fmt.Fprintf(t, "%d villages, %d people\n", len(a.Villages), a.People())
	return t.Flush()
}

func writeCriticalTable(w io.Writer, a web.CriticalAnswer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "N\tPEOPLE\tVILLAGES\tMETRES\tROADS")
	for n, s := range a.Sections {
		seen, ids := map[uint32]bool{}, ""
		for _, e := range s.Edges {
			row := a.Result.Network.Graph.Edge(e).Row
			if seen[row] {
				continue
			}
			if seen[row] = true; len(seen) > 3 {
				ids += " …"
				break
			}
			ids += fmt.Sprintf(" %d", a.Result.Network.Table.ID(row))
		}
		fmt.Fprintf(t, "%d\t%d\t%d\t%.0f\t%s\n", n+1, s.People, len(s.Villages), s.Metres, strings.TrimSpace(ids))
	}
	fmt.Fprintf(t, "%d sections, any break of which cuts villages off; %d cableways in use\n", len(a.Sections), len(a.Result.Cableways))
	return t.Flush()
}
