package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	neturl "net/url"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/cuntu/cuntu/data/answer"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/layers/dataset"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/questions"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/layers/watch"
	"github.com/cuntu/cuntu/layers/workday"
)

// asking is the command of a question: its flags, as the command line fills them in.
type asking struct {
	*questions.Question
	flags reflect.Value // of a struct made from the question's parameters
}

// askings are the commands of all questions that have one.
func askings(lang string) map[string]*asking {
	list := map[string]*asking{}
	for _, q := range questions.All() {
		if q.Command != "" {
			list[q.Command] = &asking{q, reflect.New(flagsOf(q, lang))}
		}
	}
	return list
}

// options are the commands for the parser.
func options(list map[string]*asking, lang string) []kong.Option {
	var all []kong.Option
	for _, q := range questions.All() {
		if a, ok := list[q.Command]; ok {
			all = append(all, kong.DynamicCommand(q.Command, say(q.Help, lang), "", a.flags.Interface()))
		}
	}
	return all
}

func say(words layers.Words, lang string) string {
	if lang == "zh" {
		return words.Zh
	}
	return words.En
}

// flagsOf is a struct with a flag for each parameter. All are texts, which the question itself reads: a command says of a
// wrong value what the API says.
func flagsOf(q *questions.Question, lang string) reflect.Type {
	text := reflect.TypeFor[string]()
	field := func(name, tag string) reflect.StructField {
		return reflect.StructField{Name: name, Type: text, Tag: reflect.StructTag(tag)}
	}
	fields := []reflect.StructField{
		field("Store", `required:"" placeholder:"STORE" help:"postgres://user@host/database, or a path ending in .gpkg."`),
		field("Rules", `type:"existingfile" placeholder:"FILE" help:"A YAML file with what differs from the rules that are built in."`),
		field("Format", fmt.Sprintf(`short:"f" default:%q help:%q`, question.Table, "One of "+strings.Join(formatsOf(q), ", ")+".")),
		field("Lang", fmt.Sprintf(`enum:"zh,en" default:%q help:"The language of what a person reads: ${enum}."`, lang)),
	}
	if q.Body != nil {
		fields = append(fields, field("Body", `required:"" type:"existingfile" placeholder:"FILE" help:"A JSON file, as the API takes it."`))
	}
	if q.ID == "watchVillages" {
		for own := range reflect.TypeFor[watchFlags]().Fields() {
			fields = append(fields, own)
		}
	}
	if q.ID == "near" {
		fields = append(
			fields,
			field("Points", `type:"existingfile" placeholder:"FILE" help:"A CSV file with columns lon and lat, instead of one place."`),
		)
	}
	choices := questions.Choices(service.Builtin(), catalog())
	for _, p := range q.Params {
		if p.Name == "f" {
			continue
		}
		help := say(p.Help, lang)
		if allowed := p.Allowed(choices); len(allowed) > 0 {
			help += " " + strings.Join(allowed, ", ") + "."
		}
		if standard := cmp.Or(p.Typed, p.Default); standard != "" {
			help += " [" + standard + "]"
		}
		tag := fmt.Sprintf(`name:%q help:%q`, kebab(p.Name), help)
		if p.Typed != "" {
			tag += fmt.Sprintf(` default:%q`, p.Typed)
		}
		fields = append(fields, field("Param"+strings.ToUpper(p.Name[:1])+p.Name[1:], tag))
	}
	return reflect.StructOf(fields)
}

func kebab(name string) string { return strings.ReplaceAll(name, "_", "-") }

// formatsOf are the formats on the command line, the default first.
func formatsOf(q *questions.Question) []string { return append([]string{question.Table}, q.Formats...) }

func (a *asking) flag(name string) string {
	f := a.flags.Elem().FieldByName(name)
	if !f.IsValid() {
		return ""
	}
	return f.String()
}

// values are the parameters given.
func (a *asking) values() neturl.Values {
	values := neturl.Values{}
	for _, p := range a.Params {
		if text := a.flag("Param" + strings.ToUpper(p.Name[:1]) + p.Name[1:]); text != "" {
			values.Set(p.Name, text)
		}
	}
	return values
}

// run answers from a snapshot of the store.
func (a *asking) run(ctx context.Context, log *slog.Logger) error {
	format := a.flag("Format")
	if !slices.Contains(formatsOf(a.Question), format) {
		return fmt.Errorf("--format: %q is not one of %s", format, strings.Join(formatsOf(a.Question), ", "))
	}
	services, err := rulesFlag{a.flag("Rules")}.services()
	if err != nil {
		return err
	}
	q, body, err := a.body()
	if err != nil {
		return err
	}
	path, values := q.Split(a.values())
	if err := q.Check(questions.Choices(services, catalog()), values); err != nil {
		return a.said(err) // before a store is loaded for it
	}
	store := storeFlag{a.flag("Store")}
	snap, err := store.snapshot(ctx, log)
	if err != nil {
		return err
	}
	world := questions.World{Snap: snap, Desk: questions.NewDesk(services)}
	if world.Watching, world.Workdays, err = (watchFlags{a.flag("Watching"), a.flag("Workdays")}).read(); err != nil {
		return err
	}
	asked, err := q.Read(world, world.Choices(), path, values, body)
	if err != nil {
		return a.said(err)
	}
	found, err := asked.Ask(access.WithRights(ctx, access.All()), world) // as whoever uses a store on the machine itself
	if err != nil {
		return a.said(err)
	}
	return store.write(ctx, log, snap, found, spoken{q.ID, format, a.flag("Lang")})
}

// spoken is in which form an answer is wanted, and what it is called inside of a file.
type spoken struct{ name, format, lang string }

// write writes an answer from a snapshot to standard output. A file says whose data it is of.
func (f storeFlag) write(ctx context.Context, log *slog.Logger, snap *snapshot.Snapshot, found any, as spoken) error {
	if as.format == question.Table {
		return answer.Table(os.Stdout, found, func(words layers.Words) string { return say(words, as.lang) })
	}
	whose, err := f.whose(ctx, log)
	if err != nil {
		return err
	}
	return answer.Write(os.Stdout, found, as.format, as.name, dataset.Credit(snap, whose, ""))
}

// langFlag is the language of a table.
type langFlag struct {
	Lang string `enum:"zh,en" default:"${lang}" help:"The language of what a person reads: ${enum}."`
}

// body is the JSON that a question is given, and the question: many places make another one of near.
func (a *asking) body() (*questions.Question, io.Reader, error) {
	if path := a.flag("Points"); path != "" {
		points, err := pointsOf(path)
		many := slices.IndexFunc(questions.All(), func(q *questions.Question) bool { return q.ID == "nearMany" })
		return questions.All()[many], bytes.NewReader(points), err
	}
	if path := a.flag("Body"); path != "" {
		b, err := os.ReadFile(path)
		return a.Question, bytes.NewReader(b), err
	}
	return a.Question, nil, nil
}

// said puts what is wrong in the words of flags.
func (a *asking) said(err error) error {
	wrong, ok := errors.AsType[layers.Faults](err)
	if !ok {
		return err
	}
	lines := make([]string, len(wrong))
	for i, f := range wrong {
		lines[i] = f.String()
		if slices.ContainsFunc(a.Params, func(p question.Param) bool { return p.Name == f.Part }) {
			lines[i] = "--" + kebab(f.Part) + ": " + f.Detail
		}
		if f.Part == "lon" && a.ID == "near" {
			lines[i] += ", or --points FILE"
		}
	}
	return errors.New(strings.Join(lines, "; "))
}

// rulesFlag is a file of rules.
type rulesFlag struct {
	Rules string `type:"existingfile" placeholder:"FILE" help:"A YAML file with what differs from the rules that are built in."`
}

func (f rulesFlag) services() (*service.Catalog, error) {
	if f.Rules == "" {
		return service.Builtin(), nil
	}
	file, err := os.Open(f.Rules)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	services, err := service.Parse(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Rules, err)
	}
	return services, nil
}

// watchFlags are what is watched, and on which days one works.
type watchFlags struct {
	Watching string `type:"existingfile" placeholder:"FILE" help:"A YAML file with what differs from the rules of watching that are built in."`
	Workdays string `type:"existingfile" placeholder:"FILE" help:"A YAML file with what differs from the public holidays that are built in."`
}

func (f watchFlags) read() (rules *watch.Rules, days *workday.Calendar, err error) {
	rules, days = watch.Default(), workday.Default()
	if f.Watching != "" {
		err = readFile(f.Watching, func(r io.Reader) (err error) {
			rules, err = watch.Parse(r)
			return err
		})
	}
	if f.Workdays != "" && err == nil {
		err = readFile(f.Workdays, func(r io.Reader) (err error) {
			days, err = workday.Parse(r)
			return err
		})
	}
	return rules, days, err
}

// spelling is the language of what a person reads, as the environment has it: zh or en.
func spelling() string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := os.Getenv(name); v != "" {
			if strings.HasPrefix(v, "zh") {
				return "zh"
			}
			return "en"
		}
	}
	return "en"
}

// older are flags that are commands of their own now.
var older = []struct{ command, flag, now, flagNow string }{
	{"gaps", "--critical", "critical", ""},
	{"programme", "--what-if", "what-if", "--body"},
}

// today puts a command line as it was spelt before into today's words.
func today(args []string) []string {
	for _, o := range older {
		at := slices.IndexFunc(args, func(a string) bool { return a == o.flag || strings.HasPrefix(a, o.flag+"=") })
		if command := slices.Index(args, o.command); at > command && command >= 0 {
			args = slices.Clone(args)
			args[command] = o.now
			args[at] = strings.Replace(args[at], o.flag, o.flagNow, 1)
			if args[at] == "" {
				args = slices.Delete(args, at, at+1)
			}
		}
	}
	return args
}
