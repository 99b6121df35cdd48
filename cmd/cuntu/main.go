// Command cuntu serves, fills and asks a map of village infrastructure. It only
// parses flags and wires packages together: what it does is done in data,
// layers, tiles and web.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/cuntu/cuntu/data/files"
)

// version is set by the linker.
var version = "dev"

type cli struct {
	LogLevel string `enum:"debug,info,warn,error" default:"info" help:"How much to log: ${enum}."`

	Serve  serveCmd  `cmd:"" help:"Serve the map, tiles and questions over HTTP."`
	Demo   demoCmd   `cmd:"" help:"Fill an empty store with a made-up prefecture on real names and outlines."`
	Import importCmd `cmd:"" help:"Check a file and write it into a layer; list and undo imports."`
	Export exportCmd `cmd:"" help:"Write a layer to a file for a spreadsheet or a GIS."`
	Tiles  tilesCmd  `cmd:"" help:"Write vector tiles to a PMTiles or MBTiles archive."`
	Site   siteCmd   `cmd:"" help:"Find where settlements can be, and who moves where."`
	DB     struct {
		Migrate migrateCmd `cmd:"" help:"Create what the catalogue needs in the database: schema, tables, columns, triggers."`
		Check   checkCmd   `cmd:"" help:"Say where the database differs from the catalogue."`
		Backup  backupCmd  `cmd:"" help:"Write everything to one GeoPackage."`
		Restore restoreCmd `cmd:"" help:"Read everything from one GeoPackage."`
	} `cmd:"" name:"db" help:"Look after the database."`
	User  userCmd `cmd:"" help:"Make, list and disable the users who may sign in."`
	Audit struct {
		List   auditListCmd   `cmd:"" help:"List what is on record, the latest first."`
		Verify auditVerifyCmd `cmd:"" help:"Say whether the record is as it was."`
		Export auditExportCmd `cmd:"" help:"Write the record, with its seals, for verify_audit.py."`
	} `cmd:"" help:"Read and verify the audit log."`
	Comments commentsCmd `cmd:"" help:"List what people say at a feature, and take out their photos and documents."`
	Print    printCmd    `cmd:"" help:"Print the battle map as a PDF or PNG."`
	Version  versionCmd  `cmd:"" help:"Print the version."`
}

type siteCmd struct {
	Evaluate siteEvaluateCmd `cmd:"" help:"Say what speaks for and against a place or parcels."`
	Search   siteSearchCmd   `cmd:"" help:"Rank the places where a settlement may go."`
	Solve    siteSolveCmd    `cmd:"" help:"Solve published instances of facility location, to see how good the planner is."`
	Plan     sitePlanCmd     `cmd:"" help:"Assign the villages' moving households to sites."`
}

// storeFlag is the store that most commands work on.
type storeFlag struct {
	Store string `required:"" placeholder:"STORE" help:"postgres://user@host/database, or a path ending in .gpkg."`
}

const description = `Cuntu (村图) maps village infrastructure and relocation sites.

Every flag is also a variable of the environment: --store is CUNTU_STORE.`

func main() {
	var c cli
	lang := spelling()
	questions := askings(lang)
	parser := kong.Must(&c, append(options(questions, lang), kong.Name("cuntu"), kong.Description(description), kong.UsageOnError(),
		kong.DefaultEnvars("CUNTU"), kong.Vars{"formats": strings.Join(files.Written(), ","), "lang": lang},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}))...)
	parsed, err := parser.Parse(today(os.Args[1:]))
	parser.FatalIfErrorf(err)

	var level slog.Level
	parser.FatalIfErrorf(level.UnmarshalText([]byte(c.LogLevel)))
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	parsed.BindTo(ctx, (*context.Context)(nil))
	if asked, ok := questions[parsed.Command()]; ok {
		err = asked.run(ctx, log)
	} else {
		err = parsed.Run(log)
	}
	stop()
	if errors.Is(err, context.Canceled) {
		os.Exit(130)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "cuntu:", err)
		os.Exit(1)
	}
}

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run() error {
	fmt.Println("cuntu", version)
	return nil
}
