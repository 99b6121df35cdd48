// Package signin finds out who somebody is: by a password and a second factor, by the session that followed, or by an API
// token. It makes and changes accounts, and says who may.
//
// What people say of themselves flows in; users, their rights and words for what is wrong flow out. A Desk keeps what the
// store has of accounts in memory and hears of every change, whichever server made it: nothing waits for a kept answer to
// grow old. It knows no HTTP. Nothing of passwords, tokens or codes is ever in an error or in a log.
package signin
