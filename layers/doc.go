// Package layers is Cuntu's vocabulary: which layers there are, which fields they have, and what a feature, a value and
// an edit are.
//
// A layer is declared once, in a builtin_*.go file, a field a line; tables, tiles, forms, legends, import mappings and
// schemas derive from the declaration. The package holds no features and answers nothing: package snapshot holds them,
// the packages beside it answer.
package layers
