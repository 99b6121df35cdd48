package postgis

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/postgis/address"
	"github.com/cuntu/cuntu/layers"
)

// Store is a data.Store in one PostgreSQL database.
type Store struct {
	catalog *layers.Catalog
	tables  map[string]*table // by layer id
	pool    *pgxpool.Pool
	postgis string // the schema of the extension
	options options

	life context.Context // ends with Close
	end  context.CancelFunc

	mu     sync.Mutex // guards closed against calls that begin
	closed bool
	calls  sync.WaitGroup
}

var _ data.Store = (*Store)(nil)

// errClosed is the error of calls on a store that was closed.
var errClosed = errors.New("the PostGIS store is closed")

type options struct {
	poll      time.Duration
	answer    time.Duration
	retention time.Duration
	most      int
}

// Option changes how a store works.
type Option func(*options)

// Poll sets how often Follow looks for changes that no NOTIFY told of, and by
// that whether its connection still lives; 2 s unless told.
func Poll(every time.Duration) Option { return func(o *options) { o.poll = every } }

// Retention sets for how long changes stay on record, which is how long a
// server may be away and still read on; 7 days unless told.
func Retention(age time.Duration) Option { return func(o *options) { o.retention = age } }

// MostChanges sets up to how many changed features Follow gives in one batch;
// more are ErrExpired, since then loading anew takes less time, and memory for
// one feature at a time. 500,000 unless told.
func MostChanges(n int) Option { return func(o *options) { o.most = n } }

// Open opens the store at a postgres:// URL, whose parameters pool_max_conns and
// the like set up the pool. A database that Migrate has not brought up to the
// catalogue is an error.
func Open(ctx context.Context, url string, catalog *layers.Catalog, opts ...Option) (*Store, error) {
	c, err := address.Config(url)
	if err != nil {
		return nil, err
	}
	s := &Store{
		catalog: catalog,
		tables:  map[string]*table{},
		options: options{poll: 2 * time.Second, answer: 10 * time.Second, retention: 7 * 24 * time.Hour, most: 500_000},
	}
	for _, o := range opts {
		o(&s.options)
	}
	if s.pool, err = pgxpool.NewWithConfig(ctx, c); err != nil {
		return nil, fmt.Errorf("open PostGIS: %w", err)
	}
	f, err := inspect(ctx, s.pool)
	if err == nil {
		err = f.usable(catalog)
	}
	if err != nil {
		s.pool.Close()
		return nil, fmt.Errorf("open PostGIS: %w", err)
	}
	s.postgis = f.postgis
	for _, l := range catalog.Layers {
		s.tables[l.ID] = tableOf(l, f.postgis)
	}
	s.life, s.end = context.WithCancel(context.WithoutCancel(ctx))
	return s, nil
}

// usable is an error where the database lacks what the catalogue needs.
func (f *found) usable(catalog *layers.Catalog) error {
	var lacks []string
	for _, d := range f.differences(catalog) {
		if d.Fatal {
			lacks = append(lacks, d.String())
		}
	}
	switch {
	case f.suits() != nil:
		return f.suits()
	case len(f.tables) == 0:
		return errors.New("the database is empty: run `cuntu db migrate`")
	case len(lacks) > 3:
		lacks = append(lacks[:3], fmt.Sprintf("and %d more", len(lacks)-3))
		fallthrough
	case len(lacks) > 0:
		return fmt.Errorf("the database is not up to date: run `cuntu db migrate`: %s", strings.Join(lacks, "; "))
	}
	return nil
}

// Close ends calls under way and waits for them.
func (s *Store) Close() error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.end()
	s.calls.Wait()
	s.pool.Close()
	return nil
}

// call runs do with a context that also ends with the store, and words its
// error: the caller's own end first, then the store's, then what went wrong.
func (s *Store) call(ctx context.Context, what string, do func(context.Context) error) error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return fmt.Errorf("%s: %w", what, errClosed)
	}
	s.calls.Add(1)
	s.mu.Unlock()
	defer s.calls.Done()

	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.life, cancel)()
	err := do(inner)
	if inner.Err() == nil && isUnreachable(err) {
		err = unreachable{err}
	}
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil && !errors.Is(err, ctx.Err()):
		return fmt.Errorf("%s: %w (%w)", what, err, ctx.Err())
	case s.life.Err() != nil && ctx.Err() == nil:
		return fmt.Errorf("%s: %w", what, errClosed)
	}
	return fmt.Errorf("%s: %w", what, err)
}
