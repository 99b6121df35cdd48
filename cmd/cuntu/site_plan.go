package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/cuntu/cuntu/layers/questions/sites"
	"github.com/cuntu/cuntu/layers/relocation"
	"github.com/cuntu/cuntu/layers/roads"
)

type sitePlanCmd struct {
	storeFlag
	Objective  string        `enum:"median,cover,center,setcover" default:"median" help:"Least person-minutes and cost, most people within the minutes, least worst minutes, or fewest sites: ${enum}."`
	Sites      int           `short:"p" placeholder:"N" help:"How many sites may be open, those kept among them; any number by default."`
	MaxMinutes float64       `placeholder:"MIN" help:"The farthest by road that people may move."`
	Within     string        `enum:"any,town,county" default:"any" help:"Where people must stay: ${enum}."`
	Split      bool          `help:"A village may go to several sites."`
	Capacities string        `enum:"free,all,none" default:"free" help:"What counts: room that is free, all room (those who moved in are among the villages' people), or none: ${enum}."`
	Keep       []string      `enum:"existing,building,planned" default:"existing,building" help:"Sites of which status stay open."`
	KeepSite   []int64       `placeholder:"ID" help:"Sites that stay open besides."`
	ShutSite   []int64       `placeholder:"ID" help:"Sites not to be used."`
	County     string        `placeholder:"CODE" help:"Only villages and sites of this county."`
	Town       string        `placeholder:"CODE" help:"Only villages and sites of this town."`
	Minute     float64       `name:"yuan-per-person-minute" placeholder:"YUAN" help:"What a minute of road for a person is worth against the cost of new sites; without it cost is told and not weighed."`
	Everybody  bool          `help:"Fail where somebody cannot be moved, and say why."`
	Classes    string        `type:"existingfile" placeholder:"FILE" help:"A YAML file with what differs from the built-in size classes."`
	Year       int           `help:"The roads that are there by then; the present year by default."`
	Seed       uint64        `help:"The seed of what is random."`
	Effort     float64       `default:"1" help:"How long to search for better plans, as a multiple."`
	Limit      time.Duration `default:"50s" help:"End the search then, with the best so far."`
	Format     string        `short:"f" enum:"table,json,geojson,xlsx" default:"table" help:"One of ${enum}."`
	langFlag
}

// Run plans over a snapshot of the store.
func (c *sitePlanCmd) Run(ctx context.Context, log *slog.Logger) error {
	classes := relocation.DefaultClasses()
	if c.Classes != "" {
		f, err := os.Open(c.Classes)
		if err != nil {
			return err
		}
		defer f.Close()
		if classes, err = relocation.ParseClasses(f); err != nil {
			return fmt.Errorf("%s: %w", c.Classes, err)
		}
	}
	snap, err := c.snapshot(ctx, log)
	if err != nil {
		return err
	}
	if c.Year == 0 {
		c.Year = time.Now().Year()
	}
	ask := relocation.Ask{
		Objective: c.Objective, MostSites: c.Sites, MaxMinutes: c.MaxMinutes, Within: c.Within, Split: c.Split,
		Capacities: c.Capacities, Keep: c.Keep, KeepSites: c.KeepSite, ShutSites: c.ShutSite, County: c.County, Town: c.Town,
		YuanPerPersonMinute: c.Minute, Everybody: c.Everybody, Seed: c.Seed, Seconds: c.Limit.Seconds(), Effort: c.Effort,
	}
	plan, err := relocation.Make(ctx, snap, roads.Build(snap, c.Year), classes, ask, nil)
	if err != nil {
		return err
	}
	return c.write(ctx, log, snap, sites.Outcome{Plan: plan}, spoken{"plan", c.Format, c.Lang})
}
