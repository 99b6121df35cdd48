// Package jobs does what takes longer than a request may: imports, plans, archives.
//
// Jobs flow in and stand in the store, which every server shares and none takes with it when it is killed. A Runner takes
// those that its process knows how to do, tells the store how far they are, and ends them there; the files that they read
// and make lie in Files. It knows neither what the work is nor who asks for it.
package jobs
