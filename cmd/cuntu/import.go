package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/user"
	"path/filepath"
	"strings"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/divisions"
	"github.com/cuntu/cuntu/data/elevation"
	"github.com/cuntu/cuntu/data/intake"
	"github.com/cuntu/cuntu/data/intake/ledger"
	"github.com/cuntu/cuntu/layers"
)

type importCmd struct {
	Store string   `placeholder:"STORE" help:"The store; --inspect and --dry-run look at a file without one, too."`
	File  string   `arg:"" optional:"" type:"existingfile" help:"The file: shp, zip, geojson, gpkg, csv, xlsx, kml, osm.pbf …"`
	More  []string `arg:"" optional:"" type:"existingfile" help:"Further files, of layer dem."`
	Layer string   `placeholder:"LAYER" help:"The layer that the file is of, such as village; dem for an elevation model in GeoTIFF or HGT files."`

	CRS       string `name:"crs" placeholder:"CRS" help:"The coordinate system, where the file does not say: EPSG:4490, EPSG:4525, GCJ-02, BD-09, 国家2000 3度带 37带 …"`
	Swap      bool   `help:"The file has latitude before longitude, or northings before eastings."`
	Encoding  string `help:"The encoding of texts, such as GBK, where it is recognised wrongly."`
	Sheet     string `help:"The sheet of a workbook, the shapefile of a zip or the layer of a GeoPackage."`
	HeaderRow int64  `placeholder:"ROW" help:"The row that holds the headings."`
	Lon       string `placeholder:"COLUMN" help:"The column of longitudes or eastings."`
	Lat       string `placeholder:"COLUMN" help:"The column of latitudes or northings."`
	WKT       string `name:"wkt" placeholder:"COLUMN" help:"The column of geometries as well-known text."`

	Map      []string `sep:"none" placeholder:"COLUMN=FIELD" help:"The field that a column goes into; COLUMN=FIELD:UNIT where the heading does not tell the unit, COLUMN= to leave it out."`
	Name     []string `sep:"none" placeholder:"NAME=CODE" help:"The place that a name in the file means; NAME@SCOPE=CODE in one county or town only."`
	Key      []string `placeholder:"FIELD" help:"The fields that tell one feature from another, in a layer without code."`
	ClipArea string   `placeholder:"CODE" help:"The county whose outline in the store cuts an extract of OpenStreetMap."`
	Clip     string   `placeholder:"FILE" type:"existingfile" help:"A GeoJSON polygon that cuts it."`
	Tags     string   `placeholder:"FILE" type:"existingfile" help:"A YAML file that changes the table by which its tags become fields."`

	Mapping     string `placeholder:"FILE|NAME" help:"A mapping that was saved, as a file or in the store."`
	SaveMapping string `placeholder:"FILE|NAME" help:"Save what is settled about this file, as a file ending in .json or in the store."`

	Inspect bool   `help:"Only say what is recognised in the file."`
	DryRun  bool   `help:"Check and report, and write nothing."`
	SkipBad bool   `help:"Write the good rows though there are bad ones."`
	Replace string `placeholder:"layer|county=CODE" help:"Take away the features of the layer, or of a county, that the file has not."`
	Rejects string `placeholder:"FILE" help:"Write the bad rows to a file, with a column that says why."`

	Sender    string   `placeholder:"NAME" help:"Who the file is from, such as an office: what it says is compared with what the sender last knew. Files with the same columns count as one sender's unless told."`
	Conflicts []string `placeholder:"[FIELD=]WHICH" help:"Whose value counts where others have given the store another one since: file, store or later (the store's, and it stays open); of one field (geometry is the place) or of all."`

	List bool   `help:"List the imports."`
	Undo string `placeholder:"ID" help:"Take an import back."`

	Format string `short:"f" enum:"table,json" default:"table" help:"One of ${enum}."`
	Lang   string `enum:"zh,en" default:"zh" help:"The language of the report: ${enum}."`
	Most   int    `default:"50" help:"How many problems to list."`
}

// Run imports, lists imports or takes one back.
func (c *importCmd) Run(ctx context.Context, log *slog.Logger) error {
	catalog := catalog()
	if n := b2i(c.List) + b2i(c.Undo != "") + b2i(c.File != ""); n != 1 {
		return errors.New("import needs a FILE, or --list, or --undo ID")
	}
	store, finish, err := c.open(ctx, catalog, log)
	if err != nil {
		return err
	}
	defer finish()
	if c.File != "" && c.Layer == elevation.Kind {
		return c.importElevation(ctx, store, catalog)
	}
	if len(c.More) > 0 {
		return fmt.Errorf("%s: one file is imported at a time, but for layer dem", c.More[0])
	}
	im := intake.Importer{Store: store, Catalog: catalog, Divisions: divisions.New()}
	bar := &stages{to: os.Stderr}
	defer bar.end()
	switch {
	case c.List:
		return c.list(ctx, im)
	case c.Undo != "":
		record, err := im.Undo(ctx, c.Undo, author(), bar.hear)
		bar.end()
		if errors.Is(err, data.ErrNoDocument) {
			return fmt.Errorf("there is no import %s; --list shows them", c.Undo)
		}
		if err != nil {
			return err
		}
		fmt.Printf(
			"Import %s of %s is undone: %d features removed, %d as they were before, %d back.\n", record.ID, record.File, record.Added,
			record.Changed, record.Removed,
		)
		return store.Close()
	}
	o, err := c.options(ctx, store)
	if err != nil {
		return err
	}
	if c.Inspect {
		sheet, err := im.Inspect(ctx, c.File, o)
		if err != nil {
			return err
		}
		return c.tell(os.Stdout, sheet, func(w io.Writer) { writeSheet(w, sheet, c.Lang == "zh") })
	}
	return c.run(ctx, im, o, bar)
}

// open opens the store, makes it where an import needs it, or makes an empty one that
// goes again where one only looks at a file and there is none. finish closes it.
func (c *importCmd) open(ctx context.Context, catalog *layers.Catalog, log *slog.Logger) (store data.Store, finish func(), err error) {
	looks := c.File != "" && (c.DryRun || c.Inspect)
	missing := c.Store == ""
	if !missing && !isPostgres(c.Store) {
		_, err := os.Stat(c.Store)
		missing = errors.Is(err, fs.ErrNotExist) && strings.HasSuffix(c.Store, ".gpkg")
	}
	switch {
	case looks && missing:
		if c.SaveMapping != "" && !isMappingFile(c.SaveMapping) {
			return nil, nil, fmt.Errorf("--save-mapping %s: there is no store to keep it in; a file ending in .json takes it", c.SaveMapping)
		}
		dir, err := os.MkdirTemp("", "cuntu-look-")
		if err != nil {
			return nil, nil, err
		}
		store, err = makeStore(ctx, filepath.Join(dir, "empty.gpkg"), catalog, log)
		if err != nil {
			return nil, nil, errors.Join(err, os.RemoveAll(dir))
		}
		return store, func() {
			_ = store.Close()     // holds nothing
			_ = os.RemoveAll(dir) // is only temporary
		}, nil
	case c.Store == "":
		return nil, nil, errors.New("missing flags: --store=STORE")
	case c.File != "" && !looks && !isPostgres(c.Store):
		store, err = makeStore(ctx, c.Store, catalog, log)
	default:
		store, err = openStore(ctx, c.Store, catalog, log)
	}
	if err != nil {
		return nil, nil, err
	}
	return store, func() { _ = store.Close() }, nil // closed before, where anything was written
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (c *importCmd) run(ctx context.Context, im intake.Importer, o intake.Options, bar *stages) error {
	var report *intake.Report
	var err error
	if c.DryRun {
		report, err = im.Check(ctx, c.File, o, bar.hear)
	} else {
		report, err = im.Import(ctx, c.File, o, author(), bar.hear)
	}
	bar.end()
	if need, ok := errors.AsType[*intake.NeedError](err); ok {
		writeSheet(os.Stderr, need.Sheet, c.Lang == "zh")
		return fmt.Errorf("%s: nothing was read or written before this is settled", c.File)
	}
	if wrong, ok := errors.AsType[layers.Faults](err); ok {
		return fmt.Errorf("--%s", strings.ReplaceAll(wrong.Error(), "_", "-"))
	}
	if report != nil {
		if werr := c.tell(os.Stdout, report, func(w io.Writer) { writeReport(w, report, c.Lang == "zh", c.Most, c.DryRun) }); werr != nil {
			return werr
		}
	}
	if err != nil {
		return err
	}
	if c.SaveMapping != "" {
		return saveMapping(ctx, im.Store, c.SaveMapping, o)
	}
	return nil
}

// tell writes a value as JSON, or as a person reads it.
func (c *importCmd) tell(w io.Writer, v any, table func(io.Writer)) error {
	if c.Format == "table" {
		table(w)
		return nil
	}
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	return out.Encode(v)
}

// options are the flags, laid over a saved mapping.
func (c *importCmd) options(ctx context.Context, store data.Store) (intake.Options, error) {
	o := intake.Options{
		Mapping: intake.Mapping{
			Layer: c.Layer, Key: c.Key, CRS: c.CRS, Swap: c.Swap, Encoding: c.Encoding, Sheet: c.Sheet,
			HeaderRow: c.HeaderRow, Lon: c.Lon, Lat: c.Lat, WKT: c.WKT, Names: map[string]string{},
		},
		Map: map[string]string{}, SkipBad: c.SkipBad, Replace: c.Replace, Rejects: c.Rejects, ClipArea: c.ClipArea, Sender: c.Sender,
		Conflicts: ledger.Choices{Fields: map[string]ledger.Choice{}},
	}
	for _, one := range c.Conflicts {
		if field, choice, ok := strings.Cut(one, "="); ok {
			o.Conflicts.Fields[field] = ledger.Choice(choice)
		} else {
			o.Conflicts.Rest = ledger.Choice(one)
		}
	}
	if err := c.readExtract(&o); err != nil {
		return o, err
	}
	for _, flag := range []struct {
		name string
		list []string
		into map[string]string
	}{{"map", c.Map, o.Map}, {"name", c.Name, o.Names}} {
		for _, pair := range flag.list {
			i := strings.LastIndexByte(pair, '=')
			if i <= 0 {
				return o, fmt.Errorf("--%s: %q is not of the form A=B", flag.name, pair)
			}
			flag.into[pair[:i]] = pair[i+1:]
		}
	}
	if c.Mapping != "" {
		saved, err := loadMapping(ctx, store, c.Mapping)
		if err != nil {
			return o, err
		}
		o.Mapping = o.Merge(saved)
	}
	return o, nil
}

// author is who is logged in, for the record.
func author() string {
	u, err := user.Current()
	if err != nil {
		return ""
	}
	return u.Username
}

func isMappingFile(where string) bool { return strings.HasSuffix(where, ".json") }

func loadMapping(ctx context.Context, store data.Store, where string) (intake.Mapping, error) {
	if !isMappingFile(where) {
		return intake.LoadMapping(ctx, store, where)
	}
	content, err := os.ReadFile(where)
	if err != nil {
		return intake.Mapping{}, fmt.Errorf("--mapping: %w", err)
	}
	m, err := intake.ParseMapping(content)
	if err != nil {
		return m, fmt.Errorf("--mapping %s: %w", where, err)
	}
	return m, nil
}

func saveMapping(ctx context.Context, store data.Store, where string, o intake.Options) error {
	m := o.Settled()
	if !isMappingFile(where) {
		return intake.SaveMapping(ctx, store, where, author(), m)
	}
	content, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return whole(where, func(temporary string) error { return os.WriteFile(temporary, append(content, '\n'), 0o644) })
}

// readExtract reads the files that say what is taken of an extract of OpenStreetMap.
func (c *importCmd) readExtract(o *intake.Options) error {
	if c.Tags != "" {
		changes, err := os.ReadFile(c.Tags)
		if err != nil {
			return fmt.Errorf("--tags: %w", err)
		}
		o.Tags = string(changes)
	}
	if c.Clip == "" {
		return nil
	}
	content, err := os.ReadFile(c.Clip)
	if err != nil {
		return fmt.Errorf("--clip: %w", err)
	}
	o.Clip, err = intake.ReadClip(content)
	if err != nil {
		return fmt.Errorf("--clip %s: %w", c.Clip, err)
	}
	return nil
}
