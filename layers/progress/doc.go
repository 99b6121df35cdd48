// Package progress holds a plan against what was done: villages, people and
// counties out of poverty, people moved, and the shares of what the plan promises
// every village, by area and year, with the villages behind the plan by name and the
// record of each village's exit.
//
// A snapshot and, for each year of the plan, a result of layers/coverage flow in; a
// Report flows out. Targets are the rows of layer target and nothing else: where it
// has none for the villages of an area, the villages' own planned years stand for
// them. What was done is counted from the features themselves; what past years cannot
// be counted from is taken from what offices reported, and is marked so.
//
// It knows no clock, no file and no HTTP: the day up to which a plan can be late is
// a parameter.
package progress
