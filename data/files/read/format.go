package read

import (
	"io"
	"slices"
	"strings"

	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/geo/crs"
)

// Format is what reading must be told of a format.
type Format struct {
	ID         string
	Name       string   // with its endings, as error messages list it
	Extensions []string // of files' names, with the dot, in lower case; the main file's first
	Read       func(*Job) error
}

// Formats are all that are read.
type Formats []Format

// of is the format that a file's ending promises, "" for none.
func (f Formats) of(name string) string {
	for _, format := range f {
		if slices.Contains(format.Extensions, extension(name)) {
			return format.ID
		}
	}
	return ""
}

// known says in one line what is read; error messages end with it.
func (f Formats) known() string {
	names := make([]string, len(f))
	for i, format := range f {
		names[i] = format.Name
	}
	return strings.Join(names, ", ")
}

func (f Formats) find(id string) (Format, bool) {
	i := slices.IndexFunc(f, func(format Format) bool { return format.ID == id })
	if i < 0 {
		return Format{}, false
	}
	return f[i], true
}

// Input is what a reader in a package of its own is given.
type Input struct {
	Options
	File string                               // as errors name it
	Open func() (io.ReadCloser, int64, error) // the file from its beginning, and its size; as often as is asked
	Done func(bytes int64)                    // hears how much of Output.Size is read
}

// Output is what such a reader makes of a file. Its parts are those of Source.
type Output struct {
	Fields  []record.Field
	CRS     *crs.CRS
	CRSFrom string
	Notes   []string
	Counts  []record.TagCount
	Credit  record.Credit
	Next    func() (record.Record, error)
	Close   func() error
	Size    int64
}

// By reads a format by a reader in a package of its own.
func By(reader func(Input) (Output, error)) func(*Job) error {
	return func(j *Job) error {
		out, err := reader(Input{
			Options: j.o,
			File:    j.src.File,
			Open:    func() (io.ReadCloser, int64, error) { return j.folder.open(j.name) },
			Done:    j.src.done.Store,
		})
		if err != nil {
			return err
		}
		j.src.closes = append(j.src.closes, closer(out.Close))
		j.setCRS(out.CRS, out.CRSFrom, nil)
		j.src.Fields = out.Fields
		j.src.Notes, j.src.Counts, j.src.Credit = out.Notes, out.Counts, out.Credit
		j.src.next, j.src.size = out.Next, out.Size
		return nil
	}
}
