package web

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile/tilecover"

	"github.com/cuntu/cuntu/data/postgis/pgtest"
)

// BenchmarkCachedTilesVsNginx asks for tiles that are in the cache, and nginx for
// files with the same bytes, both by wrk. The ratio is that of tiles a second.
func BenchmarkCachedTilesVsNginx(b *testing.B) {
	server := benchServer(b, pgtest.URL(b))
	root := b.TempDir()
	var paths []string
	for tile := range tilecover.Bound(orb.Bound{Min: orb.Point{109.1, 33.1}, Max: orb.Point{110.9, 34.9}}, 10) {
		path := fmt.Sprintf("/tiles/village/%d/%d/%d.mvt", tile.Z, tile.X, tile.Y)
		paths = append(paths, path)
		save(b, server+path, filepath.Join(root, path))
	}
	nginx := startNginx(b, root)
	script := `local paths = {"` + strings.Join(paths, `","`) + `"}
request = function() return wrk.format("GET", paths[math.random(#paths)]) end`
	var ours, theirs float64
	for range turns * b.N {
		ours += wrk(b, server, script)
		theirs += wrk(b, nginx, script)
	}
	b.ReportMetric(ours/theirs, "ratio")
	b.ReportMetric(0.5, "at-least")
}

func save(b *testing.B, url, path string) {
	b.Helper()
	resp, err := (&http.Client{Transport: &http.Transport{DisableCompression: true}}).Get(url)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		b.Fatalf("%s: %s, %v", url, resp.Status, err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(path, body, 0o644); err != nil {
		b.Fatal(err)
	}
}

// startNginx serves a folder on a free port until the benchmark ends.
func startNginx(b *testing.B, root string) string {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	address := listener.Addr().String()
	_ = listener.Close()
	dir := b.TempDir()
	config := filepath.Join(dir, "nginx.conf")
	text := fmt.Sprintf(`daemon off; worker_processes 2; pid %[1]s/pid; error_log %[1]s/error.log;
events {}
http {
  access_log off; sendfile on; tcp_nopush on; open_file_cache max=1000;
  client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy; fastcgi_temp_path %[1]s/fastcgi;
  uwsgi_temp_path %[1]s/uwsgi; scgi_temp_path %[1]s/scgi;
  keepalive_requests 100000000;
  types { application/vnd.mapbox-vector-tile mvt; }
  server { listen %[2]s; root %[3]s; }
}
`, dir, address, root)
	if os.Geteuid() == 0 {
		text = "user root; " + text
	}
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command("/usr/sbin/nginx", "-c", config, "-e", filepath.Join(dir, "error.log"))
	if err := cmd.Start(); err != nil {
		b.Fatalf("nginx (Debian's nginx-light; `make bench` installs it): %v", err)
	}
	b.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	})
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			_ = conn.Close()
			return "http://" + address
		}
		if time.Now().After(deadline) {
			log, _ := os.ReadFile(filepath.Join(dir, "error.log"))
			b.Fatalf("nginx does not answer: %s", log)
		}
	}
}
