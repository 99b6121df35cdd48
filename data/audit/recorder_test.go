package audit_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/audit"
	"github.com/cuntu/cuntu/data/gpkg"
	"github.com/cuntu/cuntu/data/postgis"
	"github.com/cuntu/cuntu/data/postgis/pgtest"
	"github.com/cuntu/cuntu/layers"
)

// onBoth runs a test over both kinds of stores. spoil runs SQL of somebody who may do anything, with the tables' names of
// PostGIS.
func onBoth(t *testing.T, test func(t *testing.T, store data.Store, spoil func(sql string) error)) {
	t.Run("GeoPackage", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "a.gpkg")
		store, err := gpkg.Open(t.Context(), path, layers.Builtin(), gpkg.Options{Create: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { store.Close() })
		test(t, store, func(sql string) error {
			sql, forced := strings.CutPrefix(sql, "--force")
			if sql = strings.NewReplacer("cuntu_audit.act", "cuntu_audit", "cuntu_audit.seal", "cuntu_audit_seal").Replace(sql); forced {
				for _, trigger := range []string{"audit_update", "audit_delete", "audit_seal_update", "audit_seal_delete"} {
					sql = "DROP TRIGGER cuntu_" + trigger + ";\n" + sql
				}
			}
			out, err := exec.Command("sqlite3", path, sql).CombinedOutput()
			if err != nil {
				return errors.New(string(out))
			}
			return nil
		})
	})
	t.Run("PostGIS", func(t *testing.T) {
		url := pgtest.URL(t)
		if err := postgis.Migrate(t.Context(), url, layers.Builtin()); err != nil {
			t.Fatal(err)
		}
		store, err := postgis.Open(t.Context(), url, layers.Builtin())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { store.Close() })
		conn, err := pgx.Connect(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close(context.Background()) }) // t's own context has ended by then
		test(t, store, func(sql string) error {
			if sql, forced := strings.CutPrefix(sql, "--force"); forced {
				_, err := conn.Exec(t.Context(), "SET session_replication_role = replica;"+sql+"; RESET session_replication_role")
				return err
			}
			_, err := conn.Exec(t.Context(), sql)
			return err
		})
	})
}

func recorder(store data.Audit, heads string) *audit.Recorder {
	return audit.New(audit.Options{Store: store, Log: slog.New(slog.DiscardHandler), Heads: heads, Every: 10 * time.Millisecond})
}

func exportAct(object string) data.Act {
	return data.Act{Actor: "U1", Name: "zhang", Origin: data.FromPage, Verb: "export", Object: object}
}

func TestARecordInAStoreCannotBeChangedUnseen(t *testing.T) {
	for _, change := range []string{
		"UPDATE cuntu_audit.act SET object = 'nothing' WHERE object = 'road'",
		"DELETE FROM cuntu_audit.act WHERE object = 'road'",
		"UPDATE cuntu_audit.seal SET root = 'x' WHERE n = 1",
		"DELETE FROM cuntu_audit.seal WHERE n = 2",
	} {
		t.Run(change, func(t *testing.T) {
			onBoth(t, func(t *testing.T, store data.Store, spoil func(string) error) {
				heads := filepath.Join(t.TempDir(), "heads")
				r := recorder(store, heads)
				for _, object := range []string{"village", "road", "site"} {
					if err := r.Note(t.Context(), exportAct(object)); err != nil {
						t.Fatal(err)
					}
					if err := r.Seal(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				expectVerdict(t, store, heads, true)
				if err := spoil(change); err == nil {
					t.Error("the database lets it be changed")
				}
				expectVerdict(t, store, heads, true)
				if err := spoil("--force " + change); err != nil {
					t.Fatal(err)
				}
				expectVerdict(t, store, heads, false)
			})
		})
	}
}

// expectVerdict asks both verifiers.
func expectVerdict(t *testing.T, store data.Store, heads string, good bool) {
	t.Helper()
	noted, err := audit.ReadHeads(heads)
	if err != nil {
		t.Fatal(err)
	}
	v, err := audit.Verify(t.Context(), store, noted)
	if err != nil {
		t.Fatal(err)
	}
	if ok := len(v.Wrong) == 0; ok != good {
		t.Errorf("the verdict is %+v", v)
	}
	var log bytes.Buffer
	if err := audit.Export(t.Context(), store, &log); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "log.jsonl")
	if err := os.WriteFile(path, log.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("python3", "../../cmd/cuntu/deploy/verify_audit.py", path, heads).CombinedOutput()
	if ok := err == nil; ok != good {
		t.Errorf("verify_audit.py says %s (%v)", out, err)
	}
}

// broken is a log that takes nothing until it is mended.
type broken struct {
	data.Store
	mended bool
}

func (b *broken) PutActs(ctx context.Context, acts ...data.Act) error {
	if !b.mended {
		return data.ErrUnreachable
	}
	return b.Store.PutActs(ctx, acts...)
}

func TestAnActThatCannotBePutOnRecordIsNotDone(t *testing.T) {
	onBoth(t, func(t *testing.T, store data.Store, _ func(string) error) {
		b := &broken{Store: store}
		r := recorder(b, "")
		done := false
		err := r.Do(t.Context(), exportAct("village"), func() error { done = true; return nil })
		if !errors.Is(err, data.ErrUnrecorded) || !errors.Is(err, data.ErrUnreachable) || done {
			t.Errorf("it was done: %v, %v", done, err)
		}
		r.Refuse(t.Context(), exportAct("road"))
		b.mended = true
		if err := r.Do(t.Context(), exportAct("site"), func() error { return errors.New("the disk is full") }); err == nil {
			t.Error("the error of the act is lost")
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- r.Run(ctx) }()
		for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
			acts, err := store.Acts(t.Context(), data.ActQuery{Limit: 10})
			if err != nil || time.Now().After(deadline) {
				t.Fatalf("there are %+v, %v", acts, err)
			}
			if len(acts) == 3 {
				break
			}
		}
		cancel()
		<-ended
		acts, err := store.Acts(t.Context(), data.ActQuery{Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, a := range acts {
			got = append(got, a.Object+" "+string(a.Outcome))
		}
		if strings.Join(got, ", ") != "road refused, site failed, site done" {
			t.Errorf("on record are %v", got)
		}
	})
}
