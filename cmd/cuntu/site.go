package main

type siteCmd struct {
	Solve siteSolveCmd `cmd:"" help:"Solve published instances of facility location, to see how good the planner is."`
}
