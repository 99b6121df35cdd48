-- Accounts: who may sign in, what they hold, and by what they prove who they are. In a schema of their own, so that who
-- may read all tables of schema cuntu, such as a person with QGIS, does not read these.

-- +goose Up

CREATE SCHEMA cuntu_accounts;

CREATE TABLE cuntu_accounts.account (
    id            text        PRIMARY KEY,
    login         text        NOT NULL,
    login_key     text        NOT NULL UNIQUE,
    name          text        NOT NULL,
    unit          text        NOT NULL,
    admin         smallint    NOT NULL,
    created       timestamptz NOT NULL,
    expires       timestamptz,
    disabled      boolean     NOT NULL,
    must_change   boolean     NOT NULL,
    held          boolean     NOT NULL,
    second_factor boolean     NOT NULL,
    issuer        text        NOT NULL,
    subject       text        NOT NULL,
    secrets       bytea       NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX account_subject_idx ON cuntu_accounts.account (issuer, subject) WHERE subject <> '';

CREATE TABLE cuntu_accounts.entitlement (
    account     text     NOT NULL REFERENCES cuntu_accounts.account ON DELETE CASCADE,
    n           integer  NOT NULL,
    verb        text     NOT NULL CHECK (verb IN ('read', 'write', 'submit', 'approve', 'accept', 'export')),
    layer       text     NOT NULL,
    field_class smallint NOT NULL,
    area        text     NOT NULL,
    until       timestamptz,
    PRIMARY KEY (account, n)
);

CREATE TABLE cuntu_accounts.session (
    hash    bytea       PRIMARY KEY,
    account text        NOT NULL REFERENCES cuntu_accounts.account ON DELETE CASCADE,
    pending boolean     NOT NULL,
    created timestamptz NOT NULL DEFAULT now(),
    seen    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX session_account_idx ON cuntu_accounts.session (account);

CREATE TABLE cuntu_accounts.token (
    id      text        PRIMARY KEY,
    account text        NOT NULL REFERENCES cuntu_accounts.account ON DELETE CASCADE,
    name    text        NOT NULL,
    hash    bytea       NOT NULL UNIQUE,
    scope   text        NOT NULL,
    created timestamptz NOT NULL,
    expires timestamptz NOT NULL,
    used    timestamptz,
    network text        NOT NULL DEFAULT ''
);

CREATE TABLE cuntu_accounts.attempt (
    key  text        PRIMARY KEY,
    n    integer     NOT NULL,
    last timestamptz NOT NULL
);

CREATE TABLE cuntu_accounts.setting (
    key   text PRIMARY KEY,
    value text NOT NULL
);
INSERT INTO cuntu_accounts.setting VALUES ('version', '0');

COMMENT ON SCHEMA cuntu_accounts IS '账户：仅供程序读写，不得授权给其他角色';
COMMENT ON TABLE cuntu_accounts.account IS '用户：只停用、不删除';
COMMENT ON COLUMN cuntu_accounts.account.login_key IS '登录名的唯一形式（NFKC，不分大小写）';
COMMENT ON COLUMN cuntu_accounts.account.unit IS '所属单位的区划代码，空为全域';
COMMENT ON COLUMN cuntu_accounts.account.admin IS '管理职责：1 系统、2 安全、4 审计';
COMMENT ON COLUMN cuntu_accounts.account.held IS '密码被他人重置，权限待安全管理员确认';
COMMENT ON COLUMN cuntu_accounts.account.issuer IS '统一身份认证的签发者';
COMMENT ON COLUMN cuntu_accounts.account.subject IS '统一身份认证中的编号';
COMMENT ON COLUMN cuntu_accounts.account.secrets IS '密码散列、第二因素等凭据';
COMMENT ON TABLE cuntu_accounts.entitlement IS '授权：动作、图层、字段级别、区域、期限';
COMMENT ON TABLE cuntu_accounts.session IS '会话：只存令牌的 SHA-256';
COMMENT ON TABLE cuntu_accounts.token IS 'API 令牌：只存 SHA-256';
COMMENT ON TABLE cuntu_accounts.attempt IS '登录失败计数';
COMMENT ON TABLE cuntu_accounts.setting IS '登录规则，以及每次改动递增的 version';
