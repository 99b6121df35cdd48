package openapi

import (
	"net/http"
	"reflect"

	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/web/account"
)

// accountOperations are those of signing in and of accounts.
func accountOperations() []operation {
	on := func(method, path, id, title string, answer reflect.Type) operation {
		o := operation{method: method, path: path, id: id, tag: "accounts", title: title, media: asJSON, answer: answer}
		if method != http.MethodGet {
			o.body = asJSON
		}
		return o
	}
	session, user := reflect.TypeFor[account.Session](), reflect.TypeFor[account.User]()
	emergencies := reflect.TypeFor[account.Emergencies]()
	made := func(o operation) operation {
		o.status = http.StatusCreated
		return o
	}
	ended := func(path, id, title string) operation {
		return operation{method: http.MethodDelete, path: path, id: id, tag: "accounts", title: title, status: http.StatusNoContent}
	}
	tokens := on(http.MethodGet, "/api/tokens", "tokens", "One's API tokens", reflect.TypeFor[account.Tokens]())
	tokens.params = []question.Param{param("all", question.Text, "1：所有人的令牌，供安全管理员查看。", "1: everybody's, for security administrators.")}
	return []operation{
		on(http.MethodGet, "/api/session", "session", "Who asks, and what they may do", session),
		on(http.MethodPost, "/api/session", "signIn", "Sign in by login and password", session),
		ended("/api/session", "signOut", "Sign out"),
		on(http.MethodPost, "/api/session/totp", "secondFactor", "The second factor, after the password", session),
		on(http.MethodPost, "/api/session/password", "changePassword", "Choose another password", session),
		on(http.MethodPost, "/api/session/factor", "enrol", "Begin to use a device that makes codes", reflect.TypeFor[account.Enrolment]()),
		on(http.MethodPut, "/api/session/factor", "endEnrol", "Use the device from now on", reflect.TypeFor[account.Recovery]()),
		made(on(http.MethodPost, "/api/setup", "setUp", "Make the first accounts", reflect.TypeFor[account.SetUp]())),
		on(http.MethodGet, "/api/users", "users", "All users, for administrators", reflect.TypeFor[account.Users]()),
		made(on(http.MethodPost, "/api/users", "addUser", "Make a user", reflect.TypeFor[account.NewUser]())),
		on(http.MethodPatch, "/api/users/{user}", "changeUser", "Change a user", user),
		on(http.MethodPost, "/api/users/{user}/password", "resetPassword", "Make a password for one time",
			reflect.TypeFor[account.NewPassword]()),
		on(http.MethodPatch, "/api/policy", "changePolicy", "Put other rules of signing in in force", session),
		on(http.MethodGet, "/api/emergencies", "emergencies",
			"Who reads sensitive fields for an emergency, for those whom it concerns", emergencies),
		made(on(http.MethodPost, "/api/emergencies", "beginEmergency",
			"Read sensitive fields of an area for three hours, for a reason that others are told", emergencies)),
		ended("/api/emergencies/{emergency}", "endEmergency", "End an emergency before its time"),
		tokens,
		made(on(http.MethodPost, "/api/tokens", "addToken", "Make an API token", reflect.TypeFor[account.NewToken]())),
		ended("/api/tokens/{token}", "dropToken", "Withdraw an API token"),
	}
}
