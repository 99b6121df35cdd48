// Package source is what is real of the demo: the counties of Shangluo with their outlines, the
// names and codes of its towns and villages, its industrial zones, known places, and the
// courses of its rivers. It is read once and never changed.
package source
