// Package casework holds procedures against the data: what a step asks of a village, a county or a project, who stands before
// it, and the evidence that it rests on, which is frozen when the step is taken.
//
// A snapshot, a procedure and somebody's rights flow in; the case flows out, with all that may be done next and what stands
// against it. It writes nothing: web and cmd write the act that a case comes to.
package casework
