// Package settings reads YAML over defaults: a file that says only what it changes.
//
// A Go value that holds the defaults and a file flow in; the value comes out changed, or an
// error that names the line, the key and what is allowed there. A key that the value has no
// place for is an error, and so is one that is given twice: a misspelt setting must not be
// taken for a default. What a setting may be worth is the caller's to check.
package settings
