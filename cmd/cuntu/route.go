package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"text/tabwriter"
	"time"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/web"
)

// yearFlag is the year that a question is asked for.
type yearFlag struct {
	Year int `help:"What is complete by this year counts as existing; this year if not given."`
}

func (y yearFlag) year() int {
	if y.Year == 0 {
		return time.Now().Year()
	}
	return y.Year
}

type routeCmd struct {
	storeFlag
	From   string `required:"" placeholder:"LON,LAT" help:"Where the way begins."`
	To     string `required:"" placeholder:"LON,LAT" help:"Where it ends."`
	Metric string `enum:"road,time" default:"road" help:"Make the metres or the minutes least: ${enum}."`
	yearFlag
	Format string `short:"f" enum:"table,json,geojson,csv,xlsx" default:"table" help:"One of ${enum}."`
}

// Run answers from a snapshot of the store.
func (c *routeCmd) Run(ctx context.Context, log *slog.Logger) error {
	var ends [2]orb.Point
	for i, flag := range [...]struct{ name, value string }{{"--from", c.From}, {"--to", c.To}} {
		var ok bool
		if ends[i], ok = web.ParsePlace(flag.value); !ok {
			return fmt.Errorf("%s %s: must be longitude and latitude within ±180 and ±90 degrees, as in 109.94,33.87", flag.name, flag.value)
		}
	}
	snap, err := c.snapshot(ctx, log)
	if err != nil {
		return err
	}
	answer, err := web.FindRoute(ctx, roads.Build(snap, c.year()), ends[0], ends[1], c.Metric)
	if err != nil {
		return err
	}
	if c.Format == "table" {
		return writeRouteTable(os.Stdout, answer)
	}
	return answer.Write(os.Stdout, c.Format)
}

func writeRouteTable(w io.Writer, a web.RouteAnswer) error {
	if a.Metres == nil {
		_, err := fmt.Fprintf(w, "There is no way: %s. %s %s\n", a.State, a.From.Text("From"), a.To.Text("To"))
		return err
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "ROAD\tNUMBER\tNAME\tCLASS\tGRADE\tSURFACE\tHARDENED\tMETRES\tMINUTES")
	for _, s := range a.Steps {
		hardened := "no"
		if s.Hardened {
			hardened = "yes"
		}
		fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%s\t%s\t%s\t%.0f\t%.1f\n", s.Road, s.Number, s.Name, s.Class, s.Grade, s.Surface, hardened, s.Metres, s.Minutes)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "In all %.0f m and %.1f minutes, %.0f m of them not hardened. %s %s\n",
		*a.Metres, *a.Minutes, *a.UnhardenedMetres, a.From.Text("From"), a.To.Text("To"))
	return err
}
