package main

type siteCmd struct {
	Evaluate siteEvaluateCmd `cmd:"" help:"Say what speaks for and against a place or parcels."`
	Search   siteSearchCmd   `cmd:"" help:"Rank the places where a settlement may go."`
	Solve    siteSolveCmd    `cmd:"" help:"Solve published instances of facility location, to see how good the planner is."`
	Plan     sitePlanCmd     `cmd:"" help:"Assign the villages' moving households to sites."`
}
