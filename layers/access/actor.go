// Package access says who may do what: which rows and fields an actor may read, write, submit, approve, accept and export.
//
// Grants and the division tree flow in; decisions, and masks over a snapshot's columns and rows, flow out. It keeps nothing
// and knows neither passwords nor HTTP: who somebody is, web/account finds out.
package access

import "context"

// Actor is who does something. The zero Actor is nobody: who reads without having signed in.
type Actor struct {
	ID    string // the user's; it never changes and is never given again
	Login string // what the user signs in with, for people to read
	Unit  string // the code of the area that the user belongs to
	Token string // the id of the API token that stands for the user; "" of a session
}

// Known tells whether the actor has signed in.
func (a Actor) Known() bool { return a.ID != "" }

type key struct{}

// With is a context in which an actor acts.
func With(ctx context.Context, a Actor) context.Context { return context.WithValue(ctx, key{}, a) }

// From is the actor that acts in a context, nobody where none was put there.
func From(ctx context.Context) Actor {
	a, _ := ctx.Value(key{}).(Actor)
	return a
}
