package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"text/tabwriter"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/audit"
)

type auditListCmd struct {
	storeFlag
	Limit int    `default:"50" help:"How many lines."`
	Actor string `placeholder:"LOGIN" help:"Only what this user did."`
	Verb  string `placeholder:"VERB" help:"Only acts of a kind, such as sign-in, export or change-user."`
}

// Run lists acts, the latest first.
func (c *auditListCmd) Run(ctx context.Context, log *slog.Logger) error {
	store, err := openStore(ctx, c.Store, catalog(), log)
	if err != nil {
		return err
	}
	defer store.Close()
	acts, err := store.Acts(ctx, data.ActQuery{Limit: c.Limit, Actor: c.Actor, Verb: c.Verb})
	if err != nil {
		return err
	}
	t := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	for _, a := range acts {
		fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n",
			a.Seq, a.At.Local().Format("2006-01-02 15:04:05"), a.Name, a.Verb, a.Object, a.Outcome, a.Address, a.Detail)
	}
	return t.Flush()
}

type auditVerifyCmd struct {
	storeFlag
	Heads string `type:"existingfile" placeholder:"FILE" help:"What serve --audit-heads has noted."`
}

// Run verifies the record. It fails where anything is the matter.
func (c *auditVerifyCmd) Run(ctx context.Context, log *slog.Logger) error {
	store, err := openStore(ctx, c.Store, catalog(), log)
	if err != nil {
		return err
	}
	defer store.Close()
	var heads []audit.Head
	if c.Heads != "" {
		if heads, err = audit.ReadHeads(c.Heads); err != nil {
			return err
		}
	}
	v, err := audit.Verify(ctx, store, heads)
	if err != nil {
		return err
	}
	fmt.Printf("%d acts in %d seals, %d not sealed yet; the last seal is %d, %s.\n", v.Acts, v.Seals, v.Unsealed, v.Head.N, v.Head.Hash)
	for _, fault := range v.Wrong {
		fmt.Println(fault)
	}
	if len(v.Wrong) > 0 {
		return errors.New("the audit log is not as it was")
	}
	return nil
}

type auditExportCmd struct {
	storeFlag
	File string `arg:"" help:"The file to write; - is the standard output."`
}

// Run writes the record.
func (c *auditExportCmd) Run(ctx context.Context, log *slog.Logger) (err error) {
	store, err := openStore(ctx, c.Store, catalog(), log)
	if err != nil {
		return err
	}
	defer store.Close()
	if c.File == "-" {
		return audit.Export(ctx, store, os.Stdout)
	}
	return whole(c.File, func(temporary string) error {
		f, err := os.Create(temporary)
		if err != nil {
			return err
		}
		w := bufio.NewWriter(f)
		err = audit.Export(ctx, store, w)
		return errors.Join(err, w.Flush(), f.Sync(), f.Close())
	})
}
