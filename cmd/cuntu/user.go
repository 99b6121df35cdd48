package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/netip"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"golang.org/x/term"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/audit"
	"github.com/cuntu/cuntu/data/signin"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
)

// accountFlags are those of serve that are about who asks.
type accountFlags struct {
	TLSCert      string   `name:"tls-cert" type:"existingfile" placeholder:"FILE" help:"The server's certificate, in PEM; with it the page is served by https."`
	TLSKey       string   `name:"tls-key" type:"existingfile" placeholder:"FILE" help:"The key of --tls-cert, in PEM."`
	Profile      string   `enum:",office,gb22239-l2,gb22239-l3" default:"" help:"Rules of passwords, locks and sessions to put in force: office, gb22239-l2 or gb22239-l3; they stay in force until others are."`
	Public       []string `placeholder:"LAYER[:CLASS]" help:"What may be seen without an account, once there are some: layers, or * for all, with fields up to a class (open, internal, sensitive); none for nothing. Open fields of all layers unless told. Layers that are internal themselves, such as pipes and cables, are for accounts alone."`
	KeyFile      string   `name:"key-file" type:"path" placeholder:"FILE" help:"The key that seals secrets of second factors, 32 bytes in hexadecimal digits; it is made where it is missing. Beside a GeoPackage unless told; keep it apart from backups."`
	AuditHeads   string   `name:"audit-heads" type:"path" placeholder:"FILE" help:"A file to which the head of the audit log goes every few seconds. Keep it where whoever administers the database cannot write: it proves that the log is whole."`
	AuditHashing string   `name:"audit-hashing" enum:"sha256,sm3" default:"sha256" help:"How the audit log is sealed: ${enum}."`
	TrustedProxy []string `name:"trusted-proxy" placeholder:"CIDR" help:"Addresses of proxies whose X-Forwarded-For is believed."`
}

// public are the grants of everybody.
func (f accountFlags) public(catalog *layers.Catalog) (grants []access.Grant, err error) {
	list := f.Public
	if len(list) == 0 {
		list = []string{access.AllLayers}
	}
	for _, one := range list {
		if one == "none" {
			continue
		}
		layer, class, _ := strings.Cut(one, ":")
		g := access.Grant{Verb: access.Read, Layer: layer}
		if class != "" {
			if err := g.Class.UnmarshalText([]byte(class)); err != nil {
				return nil, fmt.Errorf("--public %s: %w", one, err)
			}
		}
		if err := g.Check("--public", catalog).Err(); err != nil {
			return nil, err
		}
		ids := []string{layer}
		if layer == access.AllLayers && g.Class > access.Open {
			ids = openLayers(catalog)
		} else if l, ok := catalog.Layer(layer); ok && l.Secrecy > access.Open {
			return nil, fmt.Errorf("--public %s: the layer is %s: nobody sees it without an account", one, l.Secrecy)
		}
		for _, g.Layer = range ids {
			export := g
			export.Verb = access.Export
			grants = append(grants, g, export)
		}
	}
	return grants, nil
}

// openLayers are the layers of which everybody may know.
func openLayers(catalog *layers.Catalog) (ids []string) {
	for _, l := range catalog.Layers {
		if l.Secrecy == access.Open {
			ids = append(ids, l.ID)
		}
	}
	return ids
}

func (f accountFlags) proxies() (list []netip.Prefix, err error) {
	for _, text := range f.TrustedProxy {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			address, addressErr := netip.ParseAddr(text)
			if addressErr != nil {
				return nil, fmt.Errorf("--trusted-proxy: %q is not an address or a range such as 10.0.0.0/24", text)
			}
			p = netip.PrefixFrom(address, address.BitLen())
		}
		list = append(list, p)
	}
	return list, nil
}

// check is an error where flags do not belong together.
func (f accountFlags) check() error {
	if (f.TLSCert == "") != (f.TLSKey == "") {
		return errors.New("--tls-cert and --tls-key belong together")
	}
	return nil
}

// key reads the key file, or makes it; nil where none is known.
func (f accountFlags) key(store string) func() ([]byte, error) {
	path := f.KeyFile
	if path == "" && !isPostgres(store) {
		path = store + ".key"
	}
	if path == "" {
		return nil
	}
	return func() ([]byte, error) {
		made := make([]byte, signin.KeyBytes)
		_, _ = rand.Read(made) // which never fails
		file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err == nil {
			_, err = file.WriteString(hex.EncodeToString(made) + "\n")
			return made, errors.Join(err, file.Sync(), file.Close())
		}
		if !errors.Is(err, fs.ErrExist) {
			return nil, fmt.Errorf("make the key file: %w", err)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("read the key file: %w", err)
		}
		key, err := hex.DecodeString(strings.TrimSpace(string(text)))
		if err != nil || len(key) != signin.KeyBytes {
			return nil, fmt.Errorf("%s does not hold a key of %d bytes in hexadecimal digits", path, signin.KeyBytes)
		}
		return key, nil
	}
}

// desk is where people sign in.
func (f accountFlags) desk(
	ctx context.Context, path string, store data.Store, acts signin.Acts, unit func(string) string, log *slog.Logger,
) (*signin.Desk, error) {
	catalog := catalog()
	public, err := f.public(catalog)
	if err != nil {
		return nil, err
	}
	d, err := signin.New(signin.Options{
		Store: store, Catalog: catalog, Key: f.key(path), Public: public, Acts: acts, UnitName: unit, Log: log,
	})
	if err == nil {
		err = d.Load(ctx)
	}
	if err == nil && f.Profile != "" {
		err = d.SetProfile(ctx, f.Profile)
	}
	return d, err
}

type userCmd struct {
	Add     userAddCmd     `cmd:"" help:"Make a user; the password is asked for, or read from standard input."`
	List    userListCmd    `cmd:"" help:"List the users."`
	Disable userDisableCmd `cmd:"" help:"Let a user sign in no more, and end all sessions."`
	Enable  userEnableCmd  `cmd:"" help:"Let a user who was disabled sign in again."`
	Reset   userResetCmd   `cmd:"" help:"Make a password for one time, for who has forgotten theirs."`
}

type userFlags struct {
	storeFlag
	Login string `arg:"" help:"What the user signs in with."`
}

// at opens the desk of a store for a command.
func (f storeFlag) at(ctx context.Context, log *slog.Logger, do func(context.Context, *signin.Desk) error) (err error) {
	store, err := openStore(ctx, f.Store, catalog(), log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	acts := audit.New(audit.Options{Store: store, Log: log})
	desk, err := accountFlags{}.desk(ctx, f.Store, store, acts, nil, log)
	if err != nil {
		return err
	}
	ctx = audit.With(ctx, audit.Scene{Origin: data.FromCommand, Agent: "cuntu " + version})
	return do(access.With(ctx, access.Actor{Login: author()}), desk)
}

type userAddCmd struct {
	userFlags
	Name   string   `help:"The user's name."`
	Unit   string   `placeholder:"CODE" help:"The code of the area that the user works for; all of it unless told."`
	Role   []string `placeholder:"ROLE[:CODE]" help:"What the user may do: viewer, editor, engineer, planner or checker, in the unit or in another area."`
	Admin  string   `enum:",system,security,audit" default:"" help:"The duty of an administrator: system, security or audit."`
	Single bool     `help:"With the first user: this one person administers all of it and may write, which is recorded."`
}

// Run makes a user.
func (c *userAddCmd) Run(ctx context.Context, log *slog.Logger) error {
	return c.at(ctx, log, func(ctx context.Context, d *signin.Desk) error {
		n, err := c.user()
		if err != nil {
			return err
		}
		if d.Open() && n.Admin != access.SecurityAdmin && !c.Single {
			return errors.New("the first user is the security administrator, who grants to others what they may do: give --admin security, " +
				"or --single where one person administers all of it")
		}
		if c.Single && !d.Open() {
			return errors.New("--single is for the first user of a store; this one has users")
		}
		if n.Password, err = newPassword(os.Stdin, os.Stderr); err != nil {
			return err
		}
		if d.Open() {
			_, err = d.SetUp(ctx, signin.Setup{Single: c.Single, First: n, FirstOnTheStore: true})
		} else {
			_, _, err = d.AddUser(ctx, signin.ByMachine(), n)
		}
		if err != nil {
			return err
		}
		fmt.Printf("%s can sign in now.\n", data.NormalLogin(c.Login))
		return nil
	})
}

func (c *userAddCmd) user() (n signin.NewUser, err error) {
	n = signin.NewUser{Login: c.Login, Name: c.Name, Unit: c.Unit}
	if c.Admin != "" {
		if n.Admin, err = access.ParseAdmin(c.Admin); err != nil {
			return n, err
		}
	}
	for _, one := range c.Role {
		role, area, given := strings.Cut(one, ":")
		if !given {
			area = c.Unit
		}
		grants := access.Role(role).Grants(area)
		if grants == nil {
			return n, fmt.Errorf("--role: %q is not one of %v", role, access.Roles())
		}
		n.Grants = append(n.Grants, grants...)
	}
	return n, nil
}

// newPassword asks twice on a terminal; elsewhere it reads a line.
func newPassword(from *os.File, to io.Writer) (string, error) {
	if !term.IsTerminal(int(from.Fd())) {
		line, err := bufio.NewReader(from).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", err
		}
		if line = strings.TrimRight(line, "\r\n"); line == "" {
			return "", errors.New("no password on standard input")
		}
		return line, nil
	}
	var said [2]string
	for i, ask := range []string{"Password: ", "Once more: "} {
		fmt.Fprint(to, ask)
		text, err := term.ReadPassword(int(from.Fd()))
		fmt.Fprintln(to)
		if err != nil {
			return "", err
		}
		said[i] = string(text)
	}
	if said[0] != said[1] {
		return "", errors.New("the two passwords differ")
	}
	return said[0], nil
}

type userListCmd struct{ storeFlag }

// Run lists the users.
func (c *userListCmd) Run(ctx context.Context, log *slog.Logger) error {
	return c.at(ctx, log, func(ctx context.Context, d *signin.Desk) error {
		out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(out, "LOGIN\tNAME\tUNIT\tADMIN\tGRANTS\tSTATE")
		for _, u := range d.Users() {
			state := "active"
			switch {
			case !u.Active(time.Now()):
				state = "disabled or expired"
			case u.Held:
				state = "held until a security administrator confirms"
			case u.MustChange:
				state = "must choose a password"
			}
			fmt.Fprintf(out, "%s\t%s\t%s\t%s\t%d\t%s\n", u.Login, u.Name, u.Unit, strings.Join(u.Admin.Names(), ","), len(u.Grants), state)
		}
		return out.Flush()
	})
}

type userDisableCmd struct{ userFlags }

// Run disables a user.
func (c *userDisableCmd) Run(ctx context.Context, log *slog.Logger) error {
	return c.disable(ctx, log, true)
}

type userEnableCmd struct{ userFlags }

// Run lets a user sign in again.
func (c *userEnableCmd) Run(ctx context.Context, log *slog.Logger) error {
	return c.disable(ctx, log, false)
}

func (f userFlags) disable(ctx context.Context, log *slog.Logger, disabled bool) error {
	return f.at(ctx, log, func(ctx context.Context, d *signin.Desk) error {
		u, err := f.find(d)
		if err != nil {
			return err
		}
		return d.ChangeUser(ctx, signin.ByMachine(), u.ID, signin.Patch{Disabled: &disabled})
	})
}

func (f userFlags) find(d *signin.Desk) (data.User, error) {
	u, err := d.FindUser(f.Login)
	if err != nil {
		err = fmt.Errorf("%s: %w; `cuntu user list` lists them", f.Login, err)
	}
	return u, err
}

type userResetCmd struct {
	userFlags
	Factor bool `help:"Take the second factor away as well: whoever lost the device enrols anew."`
}

// Run makes a password for one time, and confirms what was held: who uses this command can open the store.
func (c *userResetCmd) Run(ctx context.Context, log *slog.Logger) error {
	return c.at(ctx, log, func(ctx context.Context, d *signin.Desk) error {
		u, err := c.find(d)
		if err != nil {
			return err
		}
		password, err := d.ResetPassword(ctx, signin.ByMachine(), u.ID)
		if err == nil {
			err = d.ChangeUser(ctx, signin.ByMachine(), u.ID, signin.Patch{Confirm: true, Unlock: true, DropFactor: c.Factor})
		}
		if err != nil {
			return err
		}
		fmt.Printf("The password for the next time is %s; %s chooses another one then.\n", password, u.Login)
		return nil
	})
}
