// Package demo makes up a prefecture to fill a store with: Shangluo's real
// county outlines, names and codes, and everything else invented so that it
// resembles the published figures and adds up to the prefecture's plan.
//
// Options flow in; edits flow out, layer by layer, the same bytes for the same
// options on every run. It reads nothing but the files embedded in package source
// and never knows a store. The rows of the dataset layer say which part is real
// and which is made up. At a scale, further prefectures like it lie around it, each
// with its own codes, county seats, roads and plan, and without ground.
//
// How it is built, each step standing on the ones before:
//
//	source     (a package) names, codes, outlines and known positions
//	ground     (a package) an eroded landscape around the courses of the named rivers
//	rivers     the streams that drain it
//	places     towns in the valleys, villages around them, hamlets around those
//	roads      least-cost paths over the terrain, from trunk road to hamlet track
//	surface    what is hardened, what is broken and what is planned until 2020
//	people     population, poverty, plan years and services of each village
//	sites      relocation sites and parks near towns
//	limits     hazards and no-build areas that stay clear of the sites
//	outlines   (package parcel) the land of each village and town
package demo
