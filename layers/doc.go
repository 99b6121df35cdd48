// Package layers is Cuntu's domain: which layers there are, what a feature is,
// and the immutable snapshot of all of them that answers every question.
//
// A catalogue and features in degrees flow in; snapshots, features and answers
// flow out. It knows nothing of files, SQL or HTTP: stores feed it, tiles and
// the web read it.
//
//	Catalog   the declaration of every layer, from which tables, tiles, forms,
//	          legends, import mappings and schemas derive
//	Feature   one thing with an id, a geometry in degrees and a row of values
//	Snapshot  every feature, in columns and quantised geometry, with an R-tree a
//	          layer; never changed, replaced by the next one
package layers
