// Package kept keeps answers by what they were made from, so that a question that was
// asked before costs nothing.
//
// A Cache holds the answers last asked for, within a Limit of their number and weight.
// An answer is computed once at a time for a key: whoever asks for it meanwhile waits
// for the same work. Who asked may leave, by their context, without harm to those who
// still wait; when all have left, the work's own context ends. An error is told to all
// who wait for it and is not kept.
//
// A key says all that an answer depends on, most of it by pointers to what never
// changes, such as a table of a snapshot. The cache knows nothing of what it keeps:
// its owner removes what no one will ask for again, so that old snapshots do not stay
// in memory.
package kept
