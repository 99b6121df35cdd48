// Package trial says how much of a random suite a test runs: a tenth, the same one every time, or all of it where the
// environment says CUNTU_PROVE=1, as `make prove` does. It is imported by tests only.
//
// Suites of rapid read RAPID_CHECKS and RAPID_SEED by themselves; .ci/check sets them to the same effect.
package trial

import "os"

// Part is how many of n random cases to run: a tenth, at least one; all when everything is to be proved.
func Part(n int) int {
	if os.Getenv("CUNTU_PROVE") != "" {
		return n
	}
	return max(1, n/10)
}
