// Package files is the list of the formats of files, which says all of each once: what it
// is called, by which endings it is known, what it can hold, and how it is read and
// written. Whatever is asked of formats ranges over the list: import, export, the API, the
// command line and the page.
//
// To add a format is to add its declaration in formats.go, and a file in write or read.
// What flows is in the words of package record.
package files
