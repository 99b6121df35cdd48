package intake

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
)

// The kinds of document that imports keep in a store.
const (
	recordKind  = "import"
	undoKind    = "import_undo"
	MappingKind = "mapping"
)

// Record says what an import did. It is kept in the store, with what undoes it.
type Record struct {
	ID        string    `json:"id"`
	File      string    `json:"file"`
	Layer     string    `json:"layer"`
	Author    string    `json:"author,omitempty"`
	Time      time.Time `json:"time"`
	Rows      int64     `json:"rows"`
	Bad       int64     `json:"bad"`
	Added     int64     `json:"added"`
	Changed   int64     `json:"changed"`
	Unchanged int64     `json:"unchanged"`
	Removed   int64     `json:"removed"`
	Mapping   Mapping   `json:"mapping"` // by which the file was read
	Replace   string    `json:"replace,omitempty"`
	Sender    string    `json:"sender,omitempty"`   // whose ledger it was
	Disputed  int64     `json:"disputed,omitempty"` // cells in which the store had another value that was not older
	Open      int64     `json:"open,omitempty"`     // of which nobody has said yet whose counts

	Undone   *time.Time `json:"undone,omitempty"`
	UndoneBy string     `json:"undone_by,omitempty"`

	Fields []string `json:"fields"` // of the layer then, for undo
	Chunks [2]int   `json:"chunks"` // of what was done, of what was before
}

func newRecord(r *Report, c *checker, author string) *Record {
	now := time.Now().UTC().Truncate(time.Second)
	rec := &Record{
		ID:   now.Format("20060102-150405-") + strings.ToLower(rand.Text()[:4]),
		File: r.File, Layer: r.Layer, Author: author, Time: now, Rows: r.Rows, Bad: r.Bad,
		Added: r.Added, Changed: r.Changed, Unchanged: r.Unchanged, Removed: r.Removed,
		Mapping: c.options.Mapping, Replace: c.options.Replace,
		Sender: c.options.Sender, Disputed: r.Disagreement.Count, Open: r.Disagreement.Open,
	}
	rec.Mapping.Columns = overlay(c.options.Columns, c.options.Map)
	for _, f := range c.base.layer.Fields {
		rec.Fields = append(rec.Fields, f.ID)
	}
	return rec
}

func (r *Record) document() (data.Document, error) {
	content, err := json.Marshal(r)
	return data.Document{Kind: recordKind, ID: r.ID, Author: r.Author, Time: r.Time, Content: content}, err
}

// chunkBytes is the size of the documents that hold what undoes an import.
const chunkBytes = 4 << 20

func (r *Record) chunk(part byte, n int) string { return fmt.Sprintf("%s/%c%05d", r.ID, part, n) }

// The parts of what undoes an import: what it did to which features, with the
// fingerprints that they have since, and the features that it changed or removed
// as they were before.
const (
	partDone   = 'd'
	partBefore = 'b'
)

var errStopped = errors.New("stopped")

// documents are the record and what undoes the import.
func (r *Record) documents(ids []int64, w *writer, before *spool) iter.Seq2[data.Document, error] {
	return func(yield func(data.Document, error) bool) {
		put := func(part byte) *chunker {
			return &chunker{put: func(n int, content []byte) error {
				d := data.Document{Kind: undoKind, ID: r.chunk(part, n), Author: r.Author, Time: r.Time, Content: content}
				if !yield(d, nil) {
					return errStopped
				}
				return nil
			}}
		}
		done, was := put(partDone), put(partBefore)
		err := packed(done, func(out io.Writer) error { return w.writeDone(out, ids) })
		if err == nil && before.file != nil {
			err = before.copyTo(was)
		}
		if err == nil {
			err = errors.Join(done.flush(), was.flush())
		}
		r.Chunks = [2]int{done.n, was.n}
		if err == nil {
			var d data.Document
			if d, err = r.document(); err == nil {
				yield(d, nil)
				return
			}
		}
		if !errors.Is(err, errStopped) {
			yield(data.Document{}, err)
		}
	}
}

func (w *writer) writeDone(out io.Writer, ids []int64) error {
	last := int64(0)
	var b []byte
	for i, id := range ids {
		b = append(b[:0], byte(w.ops[i]))
		b = binary.AppendVarint(b, id-last)
		b = binary.LittleEndian.AppendUint64(b, w.prints[i])
		last = id
		if _, err := out.Write(b); err != nil {
			return err
		}
	}
	return nil
}

// packed compresses what fn writes.
func packed(to io.Writer, fn func(io.Writer) error) error {
	z, err := zstd.NewWriter(to, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return err
	}
	if err := fn(z); err != nil {
		_ = z.Close() // the first error is the one that counts
		return err
	}
	return z.Close()
}

// chunker cuts a stream into documents.
type chunker struct {
	put func(n int, content []byte) error
	buf []byte
	n   int
}

func (c *chunker) Write(b []byte) (int, error) {
	size := len(b)
	for len(b) > 0 {
		n := min(len(b), chunkBytes-len(c.buf))
		c.buf, b = append(c.buf, b[:n]...), b[n:]
		if len(c.buf) == chunkBytes {
			if err := c.flush(); err != nil {
				return 0, err
			}
		}
	}
	return size, nil
}

func (c *chunker) flush() error {
	if len(c.buf) == 0 {
		return nil
	}
	err := c.put(c.n, c.buf)
	c.n++
	c.buf = nil // the document may still be on its way
	return err
}

// spool keeps features on disk until they are put into the store.
type spool struct{ file *os.File }

// keep spools the features that the import will change or remove as the store has
// them, to the last digit; the snapshot has their places only to 9 mm.
func (im Importer) keep(ctx context.Context, c *checker, progress func(done, total int64)) (*spool, error) {
	if c.touched.n == 0 {
		return &spool{}, nil
	}
	file, err := os.CreateTemp("", "cuntu-import-*")
	if err != nil {
		return nil, err
	}
	s := &spool{file}
	n := int64(0)
	err = packed(file, func(out io.Writer) error {
		var b []byte
		_, err := im.Store.LoadLayers(ctx, []string{c.base.layer.ID}, func(_ *layers.Layer, f *layers.Feature) (err error) {
			if !c.touched.has(f.ID) {
				return nil
			}
			if b, err = appendFeature(b[:0], f); err != nil {
				return err
			}
			if n++; n%1024 == 0 {
				progress(n, c.touched.n)
			}
			_, err = out.Write(b)
			return err
		})
		return err
	})
	if err != nil {
		s.remove()
		return nil, err
	}
	return s, nil
}

func (s *spool) copyTo(w io.Writer) error {
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err := io.Copy(w, s.file)
	return err
}

func (s *spool) remove() {
	if s.file != nil {
		_ = s.file.Close()           // it is only
		_ = os.Remove(s.file.Name()) // temporary
	}
}

// chunks reads a part of what undoes an import.
func (im Importer) chunks(ctx context.Context, r *Record, part byte, n int) io.Reader {
	return &chunkReader{next: func(i int) ([]byte, error) {
		if i >= n {
			return nil, io.EOF
		}
		d, err := im.Store.Document(ctx, undoKind, r.chunk(part, i))
		return d.Content, err
	}}
}

type chunkReader struct {
	next func(n int) ([]byte, error)
	n    int
	left bytes.Reader
}

func (c *chunkReader) Read(b []byte) (int, error) {
	for c.left.Len() == 0 {
		content, err := c.next(c.n)
		if err != nil {
			return 0, err
		}
		c.n++
		c.left.Reset(content)
	}
	return c.left.Read(b)
}
