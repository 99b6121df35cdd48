// Package address reads the postgres:// URL that says where a store is.
//
// The URL flows in; how to connect, and the name to tell people, flow out. It opens no
// connection, and no password of the URL comes out in an error or a name.
package address

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// keepAlive finds a peer that died without a word within some ten seconds.
var keepAlive = net.KeepAliveConfig{Enable: true, Idle: 5 * time.Second, Interval: 2 * time.Second, Count: 3}

// errURL says nothing of the URL: where it cannot be parsed, nobody can tell
// which part of it is the password.
var errURL = errors.New("the URL of the database cannot be read; it should look like " +
	"postgres://user:password@host:5432/database?sslmode=require")

// Config parses a store's URL. pgx's connection errors name host, user and
// database, never the password; its parse errors try to hide it and may fail.
func Config(url string) (*pgxpool.Config, error) {
	if !strings.HasPrefix(url, "postgres://") && !strings.HasPrefix(url, "postgresql://") {
		return nil, errURL
	}
	c, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, errURL
	}
	dialer := &net.Dialer{KeepAliveConfig: keepAlive}
	c.ConnConfig.DialFunc = dialer.DialContext
	if c.ConnConfig.ConnectTimeout == 0 {
		c.ConnConfig.ConnectTimeout = connectTimeout
	}
	if _, ok := c.ConnConfig.RuntimeParams["application_name"]; !ok {
		c.ConnConfig.RuntimeParams["application_name"] = "cuntu"
	}
	return c, nil
}

// connectTimeout is for one address, where the URL has no connect_timeout.
const connectTimeout = 10 * time.Second

// Name is where the database at a URL is, as host:port/database, without user or password.
func Name(url string) (string, error) {
	c, err := Config(url)
	if err != nil {
		return "", err
	}
	at := c.ConnConfig
	return fmt.Sprintf("%s:%d/%s", at.Host, at.Port, at.Database), nil
}
