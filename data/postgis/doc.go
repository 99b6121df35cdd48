// Package postgis keeps a catalogue's features in PostgreSQL with PostGIS: one
// typed table a layer in schema cuntu, which a DBA may read, edit and join like
// any other.
//
// Edits flow in, features and changes flow out; data.Store says how. The package
// answers no spatial question, and no SQL of Cuntu for PostgreSQL stands
// outside this folder.
//
// # Tables
//
// Migrate makes them from the catalogue: a column a field, named check
// constraints for what the catalogue allows, comments in Chinese. A layer or
// field added to the catalogue becomes a table or column with the next Migrate;
// nothing is ever dropped. Extra columns are left alone and not served.
//
// A constraint that some rows break binds only what is written from then on, until
// Migrate finds them mended; Check names them. Whatever a row holds, it keeps no
// other from being served.
//
// # Change feed
//
// Statement triggers write the ids that a statement touched to cuntu.change,
// with the transaction that did it. A cursor is the snapshot of the transaction
// that loaded: what is not visible in it and visible now is what changed, in
// whichever order transactions began and commit. NOTIFY only wakes the reader;
// when one is lost, the next poll finds the change. A cursor also names the
// cluster, its timeline and the tables, so that one from before a restore is
// expired rather than silently wrong. A follower holds one connection beside the
// pool's; LISTEN needs a session of its own, so a pooler in between must pool by
// session.
//
// # History
//
// Further statement triggers write every change to cuntu.history, with what was
// before and after, and who made it to cuntu.writing, a row a transaction. They run
// as their owner; nothing in either table is changed or deleted, by the owner either.
// Who signed in to the database is known for sure. The user that the server reports is believed of
// the roles in cuntu.server_role alone, since any client can set cuntu.by; the first
// Migrate puts its own role there. A server that signs in as another needs that role put there by hand:
//
//	INSERT INTO cuntu.server_role VALUES ('serving');
//
// People who write SQL should have roles of their own, or they are taken for the server.
// What cannot be recorded does not happen: while a column of the catalogue is renamed or gone, nobody writes to its table.
// An earlier state is what the tables hold less the changes of writings with a later
// place; places are given at commit, so that a transaction is in it whole or not at
// all, whatever the clock says.
//
// # Privileges
//
// Migrate needs the right to create (and superuser once, for the extension).
// Serving needs no more than this, once more after a migration that adds a layer:
//
//	GRANT USAGE ON SCHEMA cuntu TO serving;
//	GRANT SELECT ON ALL TABLES IN SCHEMA cuntu TO serving;
//	GRANT INSERT, UPDATE, DELETE ON cuntu.village, … TO serving; -- the layers that may be edited
//	GRANT INSERT, UPDATE, DELETE ON cuntu.document TO serving;   -- for imports and saved scenarios
//	GRANT INSERT, UPDATE, DELETE ON cuntu.job TO serving;        -- for imports, plans and archives over HTTP
//	GRANT INSERT, UPDATE, DELETE ON cuntu.receipt TO serving;    -- for edits over HTTP
//	GRANT USAGE ON SCHEMA cuntu_accounts TO serving;
//	GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA cuntu_accounts TO serving;
//	GRANT USAGE ON SCHEMA cuntu_audit TO serving;
//	GRANT SELECT, INSERT ON cuntu_audit.act, cuntu_audit.seal TO serving;
//	GRANT SELECT, DELETE ON cuntu_audit.unsealed TO serving;
//
// # Accounts
//
// They stand in a schema of their own, cuntu_accounts, which is the serving role's alone: it holds hashes of passwords. Who
// reads schema cuntu with QGIS or psql needs nothing of it. A serving role that may not read it is refused, since a server
// that cannot see the accounts would take the store for one without.
//
// # Jobs
//
// They stand in cuntu.job and not in River's tables. River takes a job for dead when it has run longer than any of its kind
// may, which for an import is hours after its server was killed, and lets a worker that was too slow end what another has
// begun anew. Here a holder renews a lease of seconds, and only the holder can end the job, in the transaction of what it
// writes.
package postgis
