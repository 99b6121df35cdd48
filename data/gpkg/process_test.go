package gpkg_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/gpkg"
	"github.com/cuntu/cuntu/data/storetest"
	"github.com/cuntu/cuntu/layers"
)

// TestMain runs the test binary as another cuntu where a test asks it to: it
// edits the file at the path and says when it is done, or holds still in the
// middle of a transaction.
func TestMain(m *testing.M) {
	path, work, ok := strings.Cut(os.Getenv(storetest.ChildWork), "|")
	if !ok {
		os.Exit(m.Run())
	}
	if err := child(path, work); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func child(path, work string) error {
	ctx := context.Background()
	s, err := gpkg.Open(ctx, path, layers.Builtin(), gpkg.Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	switch work {
	case "edit":
		_, err = s.Apply(ctx, data.Edits(river(1, "child")))
	default:
		n, _ := strconv.Atoi(work)
		_, err = s.Apply(ctx, func(yield func(layers.Edit, error) bool) {
			for i := range n {
				if !yield(river(int64(i+1), "child"), nil) {
					return
				}
			}
			fmt.Println("in the middle")
			select {}
		})
	}
	return err
}

func start(t *testing.T, path, work string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	return storetest.Child(t, path+"|"+work)
}

func TestAnotherProcessIsFollowed(t *testing.T) {
	path := filled(t)
	s := open(t, path)
	batches := feed(t, s)
	began := time.Now()
	cmd, _ := start(t, path, "edit")
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	if got := next(t, batches); got != "river 1 child" {
		t.Errorf("%q", got)
	}
	t.Logf("told %v after the process began", time.Since(began))
}

func TestProcessesWaitForEachOther(t *testing.T) {
	path := filled(t)
	s := open(t, path)
	apply(t, s, river(1000, "0"))
	cmd, _ := start(t, path, "edit")
	other, _ := start(t, path, "edit")
	for i := range 200 {
		apply(t, s, river(1000, strconv.Itoa(i)))
	}
	if err := errors.Join(cmd.Wait(), other.Wait()); err != nil {
		t.Fatal(err)
	}
}

// TestAKilledProcessLeavesNothing kills one that has written 10 features, and
// one that has written so many that some are in the log already and the triggers
// are laid aside.
func TestAKilledProcessLeavesNothing(t *testing.T) {
	for _, n := range []int{10, 30_000} {
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			path := filled(t)
			before := shell(t, path, ".dump")
			cmd, out := start(t, path, strconv.Itoa(n))
			if !out.Scan() || out.Text() != "in the middle" {
				t.Fatalf("the process says %q", out.Text())
			}
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Wait(); err == nil {
				t.Fatal("the process ended by itself")
			}
			s := open(t, path)
			if n := count(t, s)["river"]; n != 30 {
				t.Errorf("there are %d rivers", n)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if after := shell(t, path, ".dump"); after != before {
				t.Error("the file has changed")
			}
			s = open(t, path)
			apply(t, s, river(1, "丹江"))
		})
	}
}
