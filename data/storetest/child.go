package storetest

import (
	"bufio"
	"os"
	"os/exec"
	"testing"
)

// ChildWork is the variable of the environment that tells a test's program, started by Child, what it is to do instead of
// running tests.
const ChildWork = "CUNTU_TEST_CHILD"

// Child starts the test's own program again as another process, and gives the lines that it prints.
func Child(t *testing.T, work string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), ChildWork+"="+work)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, bufio.NewScanner(out)
}
