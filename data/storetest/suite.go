// Package storetest is the conformance suite that every data.Store passes.
//
// A way to make empty backing stores flows in, verdicts flow out. It asks of a
// store only what data.Store promises, so that the same expectations bind
// PostGIS and GeoPackage alike; what one of them does beyond that is tested
// beside it.
package storetest

import (
	"slices"
	"testing"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
)

// Open opens one more store on the same backing store, as another process
// would. The test closes it; closing it twice must be harmless.
type Open func() data.Store

// Run puts a store through the suite. backing makes a new, empty backing store
// for the catalogue layers.Builtin(), to be removed when its test ends.
func Run(t *testing.T, backing func(t *testing.T) Open) {
	for _, c := range []struct {
		name string
		run  func(t *testing.T, s *setting)
	}{
		{"an empty store loads nothing and gives a cursor", testEmpty},
		{"features come back exactly as they went in", testRoundTrip},
		{"awkward texts come back", testTexts},
		{"an update sets what it lists and keeps the rest", testUpdate},
		{"a put inserts or replaces whole", testPut},
		{"a delete removes", testDelete},
		{"ids are given in order and never twice", testIDs},
		{"an edit sees the edits before it", testSequence},
		{"a refused edit says which and why and leaves nothing", testRefusals},
		{"an edit of a state that is gone is refused, and says what is there", testBases},
		{"an edit of what its editor does not see leaves his base as it is", testBaseFields},
		{"of many edits of one state one is done", testBasesAtOnce},
		{"an update takes a geometry away", testUnplace},
		{"a record is never overwritten", testRecords},
		{"an error in the sequence rolls back and is returned", testSequenceError},
		{"a cancelled apply leaves nothing", testCancelApply},
		{"a load ends when it is told to", testEndLoad},
		{"some layers alone can be loaded", testLoadLayers},
		{"thousands of features in one batch", testThousands},
		{"writers at once all land, once", testWriters},
		{"writers that cross each other both land", testCrossing},
		{"the feed tells own and others' edits", testFeed},
		{"the feed goes on from a cursor after reopening", testResume},
		{"the feed says at once that it stands", testFollowStands},
		{"the feed ends when it is told to", testEndFollow},
		{"an unknown cursor is expired", testUnknownCursor},
		{"the feed converges while many write", testConverge},
		{"a hundred thousand changes at once", testHundredThousand},
		{"documents are put, found, listed and deleted", testDocuments},
		{"a document that is not allowed is refused", testDocumentRefusals},
		{"documents share the fate of their edits", testWrite},
		{"a writing is refused where its layers have changed", testWriteSince},
		{"a writing that is sent twice happens once", testReceipts},
		{"of writings with one key that come at once one happens", testReceiptsAtOnce},
		{"jobs are added, taken, told about, ended and dropped", testJobs},
		{"a job is taken by who can do it, the oldest first", testJobChoice},
		{"a job that is not allowed is refused", testJobRefusals},
		{"a job whose lease has ended comes to effect once", testJobLease},
		{"jobs share the fate of their edits", testJobsWithEdits},
		{"a job that is stopped ends", testStopJob},
		{"a job that is released waits again", testReleaseJob},
		{"takers at once take each job once", testTakers},
		{"ended jobs are kept up to a number and size", testKeptJobs},
		{"acts are put on record and found", testActs},
		{"acts are sealed, each seal behind the last", testSeals},
		{"writers and sealers at once seal each act once", testSealers},
		{"users, grants and secrets come back as they went in", testUsers},
		{"accounts that may not stand are refused, with a reason", testAccountRefusals},
		{"changes of accounts come one after another and are told", testAccountChanges},
		{"sessions are found, go on, and end", testSessions},
		{"tokens are kept, used and dropped", testTokens},
		{"attempts are counted once on all servers, and lock", testAttempts},
		{"accounts share the fate of their edits", testAccountsWithEdits},
		{"every change is in the history, with what was before and after", testHistory},
		{"what changes nothing is not in the history", testNoHistory},
		{"history is found by layer, feature, area, person, origin, batch and time", testFindHistory},
		{"the history replayed is what is there, and backwards what was there", testEarlierStates},
		{"the history of thousands of changes at once is whole", testLargeHistory},
		{"closing ends what is under way", testClose},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.run(t, &setting{open: backing(t), catalog: changeable(layers.Builtin())})
		})
	}
}

// changeable is the catalogue without the layers that are records, which the tests
// would overwrite: testRecords asks of those.
func changeable(c *layers.Catalog) *layers.Catalog {
	c.Layers = slices.DeleteFunc(c.Layers, func(l *layers.Layer) bool { return l.AppendOnly })
	return c
}

// setting is one test's backing store.
type setting struct {
	open    Open
	catalog *layers.Catalog
}

// store opens a store that is closed when the test ends.
func (s *setting) store(t *testing.T) data.Store {
	t.Helper()
	store := s.open()
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return store
}

func (s *setting) layer(t *testing.T, id string) *layers.Layer {
	t.Helper()
	l, ok := s.catalog.Layer(id)
	if !ok {
		t.Fatalf("the catalogue has no layer %s", id)
	}
	return l
}
