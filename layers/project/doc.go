// Package project knows the rules of the library of projects: of what a project is made, whether its money and its
// kilometres add up, which others build the same section, whom it serves, and what it makes true once it is accepted.
//
// A snapshot flows in, with what coverage found; faults, drafts and edits flow out. It writes nothing. Which step a project
// may take next is said by layers/procedure.
package project
