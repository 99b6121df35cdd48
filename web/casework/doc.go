// Package casework answers what changes cases: steps that are taken, evidence that they rest on, projects drafted from works,
// and what a project makes true once it is accepted.
//
// A request and who sends it flow in; layers/casework says what stands against it, and what is written flows out to the store
// in one writing, with the record, the fields that follow from it and the evidence. Two people at once cannot take the same
// step: the second is told that the case has moved.
package casework
