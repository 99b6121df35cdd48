package settings

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Document is the root of a file's one document; nil for a file that says nothing.
func Document(file io.Reader) (*yaml.Node, error) {
	d := yaml.NewDecoder(file)
	var doc yaml.Node
	if err := d.Decode(&doc); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	if err := d.Decode(&yaml.Node{}); !errors.Is(err, io.EOF) {
		return nil, errors.New("the file has more than one document; one is allowed")
	}
	root := doc.Content[0]
	if root.Kind == yaml.ScalarNode && root.Tag == "!!null" {
		return nil, nil // nothing but comments
	}
	return root, nil
}

// Pairs walks a mapping, in which no key may be given twice. Errors call it by name.
func Pairs(n *yaml.Node, name string, each func(key string, at, value *yaml.Node) error) error {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind != yaml.MappingNode {
		return Wrong(n, name, "must be a mapping of keys to values")
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if seen[key.Value] {
			return Wrong(key, join(name, key.Value), "is given twice")
		}
		seen[key.Value] = true
		if err := each(key.Value, key, n.Content[i+1]); err != nil {
			return err
		}
	}
	return nil
}

// Wrong is the error of what stands at a place of the file.
func Wrong(at *yaml.Node, name, format string, args ...any) error {
	return fmt.Errorf("line %d: %s: %s", at.Line, name, fmt.Sprintf(format, args...))
}

// Unknown is the error of a key that there is no place for.
func Unknown(at *yaml.Node, name string, allowed []string) error {
	return Wrong(at, name, "no such key; allowed are %s", strings.Join(allowed, ", "))
}

// join is the name of a key within what has a name.
func join(name, key string) string {
	if name == "" {
		return key
	}
	return name + "." + key
}
