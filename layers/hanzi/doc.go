// Package hanzi compares and spells Chinese names as people type them: in full width or
// not, in traditional characters or simplified ones, in pinyin, by initials, or with
// characters and letters mixed.
//
// Names flow in; folded names and spellings flow out. It knows nothing of features.
package hanzi
