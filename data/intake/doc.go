// Package intake takes the files of planning offices into a store: it finds out
// what a file holds, matches its columns to a layer's fields, checks every row
// before anything is written, writes the good ones in one transaction with a
// record of it, and takes an import back.
//
// A file on disk and Options flow in; a Sheet (what was recognised), a Report
// (what is wrong, row by row, and what would change) and edits to a data.Store
// flow out. Nothing is guessed silently: what the file does not say and the
// options do not either is a Need, and nothing is written until it is settled.
//
// A file is read twice, once to check and once to write, and never held in
// memory. What is held grows with the layer that is written to (its snapshot) and
// takes some 150 bytes for each row of the file that has a code or is new.
//
// It answers no request and prints nothing: cmd and web do.
package intake
