package settings

import (
	"io"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Read changes what to points at, a struct of defaults, to what the file says. Keys are
// those of the yaml tags. Structs and maps keep what the file does not name; a list takes
// the place of the one before, unless its field is tagged `merge:"id"`: then members are
// changed by their key id, and new ones are added.
func Read(file io.Reader, to any) error {
	root, err := Document(file)
	if err != nil || root == nil {
		return err
	}
	return over(root, "", reflect.ValueOf(to).Elem(), "")
}

// over puts a node over a value. merge is the key by which members of a list are told
// apart, "" for lists that are replaced.
func over(n *yaml.Node, name string, to reflect.Value, merge string) error {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	_, own := to.Addr().Interface().(yaml.Unmarshaler)
	switch {
	case own:
		return decode(n, name, to)
	case to.Kind() == reflect.Struct:
		return overStruct(n, name, to)
	case to.Kind() == reflect.Map:
		return overMap(n, name, to)
	case to.Kind() == reflect.Slice:
		return overList(n, name, to, merge)
	}
	return decode(n, name, to)
}

func overStruct(n *yaml.Node, name string, to reflect.Value) error {
	fields := fieldsOf(to.Type())
	return Pairs(n, name, func(key string, at, value *yaml.Node) error {
		i := slices.IndexFunc(fields, func(f field) bool { return f.key == key })
		if i < 0 {
			allowed := make([]string, len(fields))
			for k, f := range fields {
				allowed[k] = f.key
			}
			return Unknown(at, join(name, key), allowed)
		}
		return over(value, join(name, key), to.Field(fields[i].index), fields[i].merge)
	})
}

type field struct {
	key, merge string
	index      int
}

func fieldsOf(t reflect.Type) (fields []field) {
	for i := range t.NumField() {
		f := t.Field(i)
		key, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if key == "" {
			key = strings.ToLower(f.Name)
		}
		if key != "-" && f.IsExported() {
			fields = append(fields, field{key, f.Tag.Get("merge"), i})
		}
	}
	return fields
}

func overMap(n *yaml.Node, name string, to reflect.Value) error {
	next := reflect.MakeMap(to.Type()) // the defaults stay as they are
	for k, v := range to.Seq2() {
		next.SetMapIndex(k, v)
	}
	err := Pairs(n, name, func(key string, _, value *yaml.Node) error {
		k := reflect.ValueOf(key).Convert(to.Type().Key())
		v := reflect.New(to.Type().Elem()).Elem()
		if old := next.MapIndex(k); old.IsValid() {
			v.Set(old)
		}
		if err := over(value, join(name, key), v, ""); err != nil {
			return err
		}
		next.SetMapIndex(k, v)
		return nil
	})
	to.Set(next)
	return err
}

func overList(n *yaml.Node, name string, to reflect.Value, merge string) error {
	if n.Kind != yaml.SequenceNode {
		return Wrong(n, name, "must be a list")
	}
	list := reflect.MakeSlice(to.Type(), 0, len(n.Content))
	if merge != "" {
		list = reflect.AppendSlice(list, to) // the defaults stay as they are
	}
	for _, item := range n.Content {
		member := -1
		if merge != "" {
			var err error
			if member, err = find(list, merge, name, item); err != nil {
				return err
			}
		}
		if member < 0 {
			member = list.Len()
			list = reflect.Append(list, reflect.Zero(to.Type().Elem()))
		}
		if err := over(item, name, list.Index(member), ""); err != nil {
			return err
		}
	}
	to.Set(list)
	return nil
}

// find is the index of the member of a list of structs that a node is of, by their key; -1
// for a new one.
func find(list reflect.Value, key, name string, n *yaml.Node) (member int, err error) {
	id := ""
	err = Pairs(n, name, func(k string, _, value *yaml.Node) error {
		if k == key {
			id = value.Value
		}
		return nil
	})
	if err == nil && id == "" {
		err = Wrong(n, name, "a member needs its %s", key)
	}
	if err != nil {
		return -1, err
	}
	fields := fieldsOf(list.Type().Elem())
	f := slices.IndexFunc(fields, func(f field) bool { return f.key == key })
	for m := range list.Len() {
		if list.Index(m).Field(fields[f].index).String() == id {
			return m, nil
		}
	}
	return -1, nil
}

// decode reads what is not made of parts. The error says what it must be.
func decode(n *yaml.Node, name string, to reflect.Value) error {
	kind := to.Type()
	if kind.Kind() == reflect.Pointer {
		kind = kind.Elem()
	}
	must := ""
	switch kind.Kind() {
	case reflect.Int, reflect.Int64:
		must = "a whole number"
	case reflect.Float64:
		must = "a number"
	case reflect.Bool:
		must = "true or false"
	}
	err := n.Decode(to.Addr().Interface())
	if err == nil && must == "a whole number" && n.ShortTag() == "!!float" { // yaml cuts it off
		f, _ := strconv.ParseFloat(n.Value, 64)
		if f == math.Trunc(f) {
			return nil
		}
	} else if err == nil {
		return nil
	}
	if must != "" && n.Kind == yaml.ScalarNode {
		return Wrong(n, name, "%q is not %s", n.Value, must)
	}
	return Wrong(n, name, "%s", strings.TrimPrefix(err.Error(), "yaml: "))
}
