package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/cuntu/cuntu/cmd/cuntu/progress"
	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/data/intake"
	"github.com/cuntu/cuntu/data/intake/ledger"
)

// stages shows how far an import is, a bar for each stage that takes long.
type stages struct {
	to  *os.File
	at  intake.Stage
	bar *progress.Bar
}

func (s *stages) hear(stage intake.Stage, done, total int64) {
	if stage != s.at {
		s.end()
		s.at, s.bar = stage, progress.New(s.to, "% "+map[intake.Stage]string{
			intake.Checking: "checked", intake.Rejecting: "of the bad rows gathered", intake.Keeping: "kept for undo", intake.Writing: "written",
		}[stage])
	}
	if total > 0 {
		s.bar.Set(int(100*done/total), 100)
	}
}

func (s *stages) end() {
	if s.bar != nil {
		s.bar.End()
	}
	s.bar = nil
}

func (c *importCmd) list(ctx context.Context, im intake.Importer) error {
	list, err := im.List(ctx)
	if err != nil {
		return err
	}
	return c.tell(os.Stdout, list, func(w io.Writer) {
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintln(t, "ID\tTIME\tLAYER\tADDED\tCHANGED\tREMOVED\tBAD\tOPEN\tBY\tSENDER\tUNDONE\tFILE")
		for _, r := range list {
			undone := ""
			if r.Undone != nil {
				undone = r.Undone.Local().Format("2006-01-02 15:04")
			}
			fmt.Fprintf(t, "%s\t%s\t%s\t%d\t%d\t%d\t%d\t%d\t%s\t%s\t%s\t%s\n", r.ID, r.Time.Local().Format("2006-01-02 15:04"), r.Layer,
				r.Added, r.Changed, r.Removed, r.Bad, r.Open, r.Author, r.Sender, undone, r.File)
		}
		_ = t.Flush() // to the terminal
	})
}

// writeSheet tells a person what was recognised in a file and what is to settle.
func writeSheet(w io.Writer, s *intake.Sheet, zh bool) {
	say := func(chinese, english string, args ...any) {
		if zh {
			english = chinese
		}
		fmt.Fprintf(w, english+"\n", args...)
	}
	say("%s：%s", "%s: %s", s.File, strings.TrimSpace(s.Format+" "+s.Sheet))
	if s.Encoding != "" {
		say("编码 %s（%s）", "encoding %s (%s)", s.Encoding, s.EncodingFrom)
	}
	if s.HeaderRow > 0 {
		say("标题在第 %d 行", "headings in row %d", s.HeaderRow)
	}
	for _, n := range s.Notes {
		fmt.Fprintln(w, n)
	}
	if s.CRS != "" {
		say("坐标系 %s %s（%s）", "coordinate system %s %s (%s)", s.CRS, s.CRSName, s.CRSFrom)
	}
	if s.Warning.En != "" {
		say("%[1]s", "%[2]s", s.Warning.Zh, s.Warning.En)
	}
	writeTags(w, s.Tags, zh)
	if s.Credit.Source != "" {
		say("须署名：%s，%s", "to be credited: %s, %s", s.Credit.Source, s.Credit.Licence)
	}
	writeColumns(w, s.Columns)
	for _, n := range s.Needs {
		message := n.Message.En
		if zh {
			message = n.Message.Zh
		}
		say("! %s（--%s）", "! %s (--%s)", message, n.Option)
	}
	if len(s.Proposals) > 0 {
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		for _, p := range s.Proposals[:min(8, len(s.Proposals))] {
			swap, reason := "", p.Reason.En
			if p.Swap {
				swap = " --swap"
			}
			if zh {
				reason = p.Reason.Zh
			}
			fmt.Fprintf(t, "  --crs %s%s\t%s\t%.0f%%\t%s\n", quoteFlag(p.CRS), swap, p.Name, 100*p.Share, reason)
		}
		_ = t.Flush() // to the terminal
	}
	if s.Layer == "" || len(s.Needs) > 0 && len(s.Layers) > 0 && s.Needs[len(s.Needs)-1].Option == "layer" {
		for _, g := range s.Layers[:min(3, len(s.Layers))] {
			say("  --layer %s  （%d 列可对应）", "  --layer %s  (%d columns match)", g.Layer, g.Matched)
		}
	}
}

func quoteFlag(s string) string {
	if strings.ContainsAny(s, " ()'") {
		return "'" + s + "'"
	}
	return s
}

func writeColumns(w io.Writer, columns []intake.Column) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, c := range columns {
		field := c.Field
		switch {
		case c.From == intake.FromGeometry:
			field = "(geometry)"
		case c.Twin != "":
			field = "- (" + c.Twin + ")"
		case field == "" && len(c.Near) > 0:
			field = "- (" + strings.Join(c.Near, ", ") + "?)"
		case field == "":
			field = "-"
		case c.Factor != 0 && c.Factor != 1:
			field += fmt.Sprintf(" (%s × %v)", c.Unit, c.Factor)
		}
		fmt.Fprintf(t, "  %s\t→ %s\n", c.Name, field)
	}
	_ = t.Flush() // to the terminal
}

func writeReport(w io.Writer, r *intake.Report, zh bool, most int, dry bool) {
	say := func(chinese, english string, args ...any) {
		if zh {
			english = chinese
		}
		fmt.Fprintf(w, english+"\n", args...)
	}
	writeColumns(w, r.Columns)
	if r.Disagreement != nil {
		writeDisagreement(w, r.Disagreement, zh, most)
	}
	total := int64(0)
	for _, k := range r.Kinds {
		total += k.Count
	}
	shown := r.Problems[:min(max(most, 0), len(r.Problems))]
	for i := range shown {
		mark := "✗ "
		if shown[i].Warning {
			mark = "· "
		}
		fmt.Fprintf(w, "%s%s: %s\n", mark, r.File, shown[i].String(zh))
	}
	if n := total - int64(len(shown)); n > 0 {
		say("……另有 %d 条", "… and %d more", n)
	}
	say("共 %d 行：新增 %d，修改 %d，不变 %d，有误 %d；库中删除 %d", "%d rows: %d added, %d changed, %d unchanged, %d bad; %d removed from the store",
		r.Rows, r.Added, r.Changed, r.Unchanged, r.Bad, r.Removed)
	switch {
	case r.Import != nil:
		say("已写入；撤销：cuntu import --undo %s", "written; to undo: cuntu import --undo %s", r.Import.ID)
	case dry:
		say("试运行，未写入", "dry run: nothing was written")
	case r.Disagreement != nil && r.Disagreement.Undecided > 0:
		say("未写入。有 %d 处与库中不一致，须说明以何者为准：--conflicts file|store|later，或按字段 --conflicts 字段=file",
			"nothing was written: %d cells are in dispute; say whose count with --conflicts file|store|later, or by field: --conflicts FIELD=file",
			r.Disagreement.Undecided)
	case r.Bad > 0 || r.Blocked:
		say("未写入。改正后重试，或用 --skip-bad 先导入无误的行", "nothing was written; correct the file, or write the good rows with --skip-bad")
	default:
		say("与库中一致，无需写入", "the store has all of it already; nothing was written")
	}
}

// writeDisagreement tells in what a file and the store do not agree.
func writeDisagreement(w io.Writer, d *intake.Disagreement, zh bool, most int) {
	say := func(chinese, english string, args ...any) {
		if zh {
			english = chinese
		}
		fmt.Fprintf(w, english+"\n", args...)
	}
	for _, r := range d.Replaced {
		say("· %s：%d 处与库中不同，将改为文件中的值（不知报送单位，无从比较先后；可用 --sender 指定）",
			"· %s: %d values of the store differ and will be the file's (nothing tells which is newer; name its sender with --sender)",
			orPlace(r.Field, zh), r.Count)
	}
	if d.Kept > 0 {
		say("· %d 处库中较新，保留不变", "· %d cells are newer in the store and stay", d.Kept)
	}
	if d.Count == 0 {
		return
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for i := range d.Conflicts[:min(max(most, 0), len(d.Conflicts))] {
		c := &d.Conflicts[i]
		store, file := c.Store.String(), c.File.String()
		switch c.Field {
		case ledger.Geometry:
			store, file = "-", fmt.Sprintf("%.0f m", c.Metres)
		case ledger.Whole:
			store, file = "-", "-"
		}
		from := ""
		if c.From != nil {
			from = strings.TrimSpace(cmp.Or(c.From.Sender, c.From.Name, c.From.Origin) + " " + c.From.At.Local().Format("2006-01-02 15:04"))
		}
		fmt.Fprintf(t, "≠ %s %s\t%s\t%s\t%s\t%s\t%s\n", c.Code, c.Title, orPlace(c.Field, zh), store, from, file, c.Choice)
	}
	_ = t.Flush() // to the terminal
	if n := d.Count - int64(min(max(most, 0), len(d.Conflicts))); n > 0 {
		say("……另有 %d 处不一致", "… and %d more in dispute", n)
	}
}

// orPlace is a field as a person reads it.
func orPlace(field string, zh bool) string {
	words := map[string][2]string{ledger.Geometry: {"geometry", "位置"}, ledger.Whole: {"(feature)", "（要素）"}}
	if both, ok := words[field]; ok {
		return both[b2i(zh)]
	}
	return field
}

// writeTags tells what became of the tags of an extract of OpenStreetMap.
func writeTags(w io.Writer, tags []record.TagCount, zh bool) {
	word := func(chinese, english string) string {
		if zh {
			return chinese
		}
		return english
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, c := range tags {
		became := word("不导入", "left out")
		switch {
		case c.Field != "" && c.Value == "":
			became = c.Field + " " + word("未知", "unknown")
		case c.Field != "":
			became = c.Field + " = " + c.Value
		case c.Kept:
			became = word("导入", "read")
		}
		tag := c.Tag
		if tag == "" {
			tag = word("（无标签）", "(no tag)")
		}
		fmt.Fprintf(t, "  %s\t%d\t→ %s\n", tag, c.Count, became)
	}
	_ = t.Flush() // to the terminal
}
