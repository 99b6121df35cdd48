package tiles

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// cpuTime is what this process has computed so far, whatever else runs beside it.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// serverCPU is what the database server of a pool has computed so far: its processes
// now and those that have ended. Where it runs on another machine or there is no
// /proc, ok is false.
func serverCPU(b *testing.B, pool *pgxpool.Pool) (used time.Duration, ok bool) {
	b.Helper()
	var backend int
	if err := pool.QueryRow(context.Background(), "select pg_backend_pid()").Scan(&backend); err != nil {
		b.Fatal(err)
	}
	own, ok := statOf(fmt.Sprintf("/proc/%d/stat", backend))
	if !ok || !strings.Contains(own.name, "postgres") {
		return 0, false
	}
	server, ok := statOf(fmt.Sprintf("/proc/%d/stat", own.parent))
	if !ok {
		return 0, false
	}
	ticks := server.ticks + server.ended
	all, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range all {
		if s, ok := statOf(path); ok && s.parent == own.parent {
			ticks += s.ticks
		}
	}
	return time.Duration(ticks) * time.Second / 100, true // USER_HZ
}

// stat is what Linux tells of a process (proc_pid_stat(5)).
type stat struct {
	name         string
	parent       int
	ticks, ended int64 // its own, and of its children that have ended
}

func statOf(path string) (s stat, ok bool) {
	text, err := os.ReadFile(path)
	if err != nil {
		return s, false
	}
	before, after, ok := strings.Cut(string(text), ") ")
	if !ok {
		return s, false
	}
	s.name = before
	var skip string
	var own, system, ended, endedSystem int64
	n, _ := fmt.Sscan(after, &skip, &s.parent, &skip, &skip, &skip, &skip, &skip, &skip, &skip, &skip, &skip, &own, &system, &ended,
		&endedSystem)
	s.ticks, s.ended = own+system, ended+endedSystem
	return s, n == 15
}
