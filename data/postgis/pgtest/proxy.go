package pgtest

import (
	"context"
	"io"
	"net"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Proxy stands between a test and its database and fails on demand, as a server that is stopped, or a network
// that drops its connections, would: Cut breaks every connection and refuses new ones until Restore.
type Proxy struct {
	url      string
	network  string // of the database: tcp or unix
	address  string
	listener net.Listener
	work     sync.WaitGroup

	mu    sync.Mutex
	cut   bool
	conns map[net.Conn]struct{}
}

// NewProxy starts a proxy in front of the database at url, such as URL returns. It ends with the test.
func NewProxy(t testing.TB, url string) *Proxy {
	t.Helper()
	u, err := parse(url)
	if err != nil {
		t.Fatal(err)
	}
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	var listening net.ListenConfig
	listener, err := listening.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	query.Del("host") // they would win over the address in the URL
	query.Del("port")
	u.RawQuery = query.Encode()
	u.Host = listener.Addr().String()

	p := &Proxy{url: u.String(), listener: listener, conns: map[net.Conn]struct{}{}}
	p.network, p.address = pgconn.NetworkAddress(config.Host, config.Port)
	p.work.Go(p.serve)
	t.Cleanup(p.Close)
	return p
}

// URL is the database's URL through the proxy. It stays the same through Cut and Restore.
func (p *Proxy) URL() string { return p.url }

// Cut breaks all connections at once, without a farewell. New ones are accepted and broken, until Restore.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = true
	for conn := range p.conns {
		reset(conn)
	}
	clear(p.conns)
}

// Restore lets new connections through again.
func (p *Proxy) Restore() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = false
}

// Close cuts for good and waits until nothing of the proxy runs any more. It may be called twice.
func (p *Proxy) Close() {
	p.listener.Close()
	p.Cut()
	p.work.Wait()
}

func (p *Proxy) serve() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.work.Go(func() { p.join(client) })
	}
}

// join copies between a client and the database, both ways, until either end closes or the proxy cuts.
func (p *Proxy) join(client net.Conn) {
	if !p.hold(client) {
		return
	}
	defer p.release(client)
	var dialer net.Dialer
	server, err := dialer.DialContext(context.Background(), p.network, p.address)
	if err != nil {
		reset(client)
		return
	}
	if !p.hold(server) {
		return
	}
	defer p.release(server)

	var answers sync.WaitGroup
	answers.Go(func() {
		io.Copy(client, server)
		client.Close()
	})
	io.Copy(server, client)
	server.Close()
	answers.Wait()
}

// hold makes Cut able to break conn. After a cut it breaks conn itself and reports false.
func (p *Proxy) hold(conn net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cut {
		reset(conn)
		return false
	}
	p.conns[conn] = struct{}{}
	return true
}

func (p *Proxy) release(conn net.Conn) {
	conn.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, conn)
}

// reset closes conn so that its other end sees a reset, not an orderly end.
func reset(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	conn.Close()
}
