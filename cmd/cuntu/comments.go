package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/cuntu/cuntu/data/comments"
)

type commentsCmd struct {
	storeFlag
	Layer string `arg:"" help:"The layer's id, such as village."`
	ID    int64  `arg:"" help:"The feature's id."`
	JSON  bool   `name:"json" help:"List as JSON."`
	Save  string `type:"path" placeholder:"DIR" help:"Write photos and documents there, each held against its SHA-256."`
}

// Run lists what people say at a feature, and takes out their files. It fails where a file is not as it was kept.
func (c *commentsCmd) Run(ctx context.Context, log *slog.Logger) error {
	l, ok := catalog().Layer(c.Layer)
	if !ok {
		return fmt.Errorf("%q is not a layer", c.Layer)
	}
	store, err := openStore(ctx, c.Store, catalog(), log)
	if err != nil {
		return err
	}
	defer store.Close()
	book, place := &comments.Book{Store: store}, comments.Place{Layer: l.ID, ID: c.ID}
	list, err := book.List(ctx, place)
	if err != nil {
		return err
	}
	var failed error
	if c.Save != "" {
		failed = saveFiles(ctx, book, place, list, c.Save)
	}
	if c.JSON {
		out := json.NewEncoder(os.Stdout)
		out.SetIndent("", "  ")
		return errors.Join(out.Encode(list), failed)
	}
	t := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	for _, one := range list {
		text := one.Text
		if one.Removed != nil {
			text = "(removed by " + one.Removed.By.Name + ")"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%q\n", one.At.Local().Format("2006-01-02 15:04:05"), one.By.Name, one.Class, text)
		for _, f := range one.Files {
			fmt.Fprintf(t, "\t\t%s\t%s %d bytes sha256 %s\n", f.Type, f.Name, f.Bytes, f.SHA256)
		}
	}
	return errors.Join(t.Flush(), failed)
}

// saveFiles writes files under names that differ: the comment's id, the file's, and what it was called.
func saveFiles(ctx context.Context, book *comments.Book, at comments.Place, list []comments.Comment, dir string) (failed error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for _, c := range list {
		for _, f := range c.Files {
			if c.Removed != nil {
				continue
			}
			_, content, err := book.Open(ctx, at, c.ID, f.ID)
			if err == nil {
				err = os.WriteFile(filepath.Join(dir, c.ID+"-"+f.ID+"-"+f.Name), content, 0o600)
			}
			failed = errors.Join(failed, err)
		}
	}
	return failed
}
