// Package parquet reads the columns of Apache Parquet as rows.
//
// A file that can be read at any place flows in; rows flow out, one after the other, each
// a value a column: nil, bool, int64, float64, string, or []byte for columns of bytes. Of
// each column one page is held at a time. Columns of lists, maps and structs are left out
// and named.
//
// The library knows the footer's and the pages' headers. The values are taken out here,
// one by one: a page of a few bytes may stand for billions of equal ones, which the
// library unpacks at once. Nothing that a file says of sizes is believed; see Limits.
//
// It knows nothing of geometry but that a column is marked as such.
package parquet
