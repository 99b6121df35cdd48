package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/cuntu/cuntu/geo/location"
	"github.com/cuntu/cuntu/geo/location/instance"
)

type siteSolveCmd struct {
	Files      []string      `arg:"" type:"existingfile" help:"Files in the formats of OR-Library (pmed, pmedcap, cap, scp), points with capacities (SJC, p3038), points, matrices or TSPLIB."`
	Problem    string        `enum:"pmedian,cpmp,cflp,mclp,pcenter,setcover" default:"pmedian" help:"One of ${enum}; with cpmp and cflp capacities count."`
	Sites      int           `short:"p" placeholder:"N" help:"How many sites may be open; by default what the file says."`
	Within     float64       `placeholder:"DISTANCE" help:"The farthest a client may be from its site."`
	Number     int           `placeholder:"K" help:"Which problem of a file that holds several; all of them by default."`
	Rounding   string        `enum:"auto,exact,down,nearest,up" default:"auto" help:"How distances between points are rounded: ${enum}."`
	Capacities bool          `help:"Let capacities count for mclp, pcenter and setcover, too."`
	Capacity   float64       `placeholder:"Q" help:"What the word capacity stands for in OR-Library's capa, capb and capc."`
	Split      bool          `help:"Clients may be served from several sites."`
	Seed       uint64        `help:"The seed of what is random."`
	Effort     float64       `default:"1" help:"How long to search for better solutions, as a multiple."`
	Limit      time.Duration `placeholder:"TIME" help:"End each search then, with the best so far."`
	Format     string        `short:"f" enum:"table,json" default:"table" help:"One of ${enum}; json names the sites and who goes where."`
}

// solved is one line of the answer.
type solved struct {
	Instance string   `json:"instance"`
	Format   string   `json:"format"`
	Clients  int      `json:"clients"`
	Sites    int      `json:"sites"`
	Most     int      `json:"most"`
	Value    *float64 `json:"value"`
	Bound    *float64 `json:"bound"`
	Gap      *float64 `json:"gap"`
	Optimal  bool     `json:"optimal"`
	Best     float64  `json:"best_known,omitempty"`
	Seconds  float64  `json:"seconds"`
	Open     []int    `json:"open,omitempty"`
	Serves   []int    `json:"site_of_client,omitempty"` // -1 where none
	Why      string   `json:"infeasible,omitempty"`
}

// Run solves the files one after another.
func (c *siteSolveCmd) Run(ctx context.Context, _ *slog.Logger) error {
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	if c.Format == "table" {
		fmt.Fprintln(t, "INSTANCE\tCLIENTS\tSITES\tMOST\tVALUE\tBOUND\tGAP %\tPROVEN\tBEST KNOWN\tSECONDS")
	}
	for _, file := range c.Files {
		for number := max(1, c.Number); ; number++ {
			s, err := c.solve(ctx, file, number)
			if err != nil {
				if c.Number == 0 && number > 1 {
					break // after the last problem of the file
				}
				return errors.Join(t.Flush(), fmt.Errorf("%s: %w", file, err))
			}
			if err := c.write(t, s); err != nil {
				return err
			}
			if c.Number > 0 || s.Format != "pmedcap" {
				break
			}
		}
	}
	return t.Flush()
}

func (c *siteSolveCmd) write(t *tabwriter.Writer, s *solved) error {
	if c.Format == "json" {
		return json.NewEncoder(os.Stdout).Encode(s)
	}
	if s.Why != "" {
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%s\t\t\t\t\t%.2f\n", s.Instance, s.Clients, s.Sites, s.Most, s.Why, s.Seconds)
		return t.Flush()
	}
	best := ""
	if s.Best > 0 {
		best = fmt.Sprintf("%.10g", s.Best)
	}
	gap := "?"
	if s.Gap != nil {
		gap = fmt.Sprintf("%.3f", 100**s.Gap)
	}
	fmt.Fprintf(
		t, "%s\t%d\t%d\t%d\t%.10g\t%.10g\t%s\t%v\t%s\t%.2f\n", s.Instance, s.Clients, s.Sites, s.Most, *s.Value, *s.Bound, gap,
		s.Optimal, best, s.Seconds,
	)
	return t.Flush()
}

func (c *siteSolveCmd) solve(ctx context.Context, file string, number int) (*solved, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	kind := map[string]location.Kind{
		"pmedian": location.Median, "cpmp": location.Median, "cflp": location.Median,
		"mclp": location.Cover, "pcenter": location.Center, "setcover": location.SetCover,
	}[c.Problem]
	rounding := instance.Rounding(c.Rounding)
	if rounding == "auto" {
		rounding = ""
	}
	in, err := instance.Read(f, instance.Options{
		Kind: kind, Number: number, Most: c.Sites, Within: c.Within, Rounding: rounding,
		Capacity: c.Capacity, Uncapacitated: !c.Capacities && c.Problem != "cpmp" && c.Problem != "cflp", Split: c.Split,
	})
	if err != nil {
		return nil, err
	}
	s := &solved{
		Instance: filepath.Base(file), Format: in.Format, Clients: len(in.Clients), Sites: len(in.Problem.Sites), Most: in.Most,
		Best: in.Best,
	}
	if in.Format == "pmedcap" {
		s.Instance += fmt.Sprintf(" %d", number)
	}
	begin := time.Now()
	sol, err := location.Solve(ctx, &in.Problem, location.Options{Seed: c.Seed, Limit: c.Limit, Effort: c.Effort})
	s.Seconds = time.Since(begin).Seconds()
	var impossible *location.Infeasible
	if errors.As(err, &impossible) {
		s.Why = impossible.Error()
		return s, ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	s.Value, s.Optimal, s.Open = finite(sol.Value), sol.Optimal, sol.Open
	s.Bound, s.Gap = finite(sol.Bound), finite(sol.Gap())
	s.Serves = make([]int, len(in.Clients))
	for i := range s.Serves {
		s.Serves[i] = -1
	}
	for _, flow := range sol.Flows {
		s.Serves[flow.Client] = flow.Site
	}
	return s, ctx.Err()
}

func finite(v float64) *float64 {
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return nil
	}
	return &v
}
