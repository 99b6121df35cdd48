// Package siting tells where a settlement may go: what a place has near it, at hand,
// under it and against it, how it scores by criteria, and which of many places are best
// by whatever weight the criteria are given.
//
// A snapshot, its road network, a model of the ground and criteria flow in. A Survey of
// them measures plots; Evaluate gives a plot's readings with their evidence and what
// would change them; Rank orders measured plots, says what constraints cost, which
// plots no other beats, and how far weights and thresholds may move before the answer
// does. It never guesses: what is not on record is unknown, scores nothing and is said.
//
// Who moves where is package relocation's.
//
// What counts as close and what is to be avoided is a list in criteria.yaml, not code.
package siting
