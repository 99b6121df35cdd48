// Package procedure runs what a village, a county or a project goes through step by step: who may take which step, after
// which, with what, and how long a notice must hang.
//
// Procedures are data: procedures.yaml declares those that Cuntu ships with, and a file changes them for a province. The
// record, an append-only layer of steps, flows in, with who wants to take the next one and what is known of the subject;
// how far the subject is flows out, and all that stands against the step. It writes nothing, and knows neither coverage nor
// money: what a step asks of its subject is told to it as conditions by name.
//
// Steps that were not taken here, such as those of a ledger that is imported, have no account. They count, and what could
// not follow is told of them; but the rules for who and when are held against those alone that are taken here.
package procedure
