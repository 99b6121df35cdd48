-- The audit log: who did what, and was refused what. Lines are added and never changed; seals close them for good.

-- +goose Up

CREATE TABLE cuntu.audit (
    seq     bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    xid     xid8        NOT NULL DEFAULT pg_current_xact_id(),
    at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor   text        NOT NULL,
    name    text        NOT NULL,
    origin  text        NOT NULL,
    address text        NOT NULL,
    agent   text        NOT NULL,
    verb    text        NOT NULL,
    object  text        NOT NULL,
    outcome text        NOT NULL CHECK (outcome IN ('done', 'refused', 'failed')),
    detail  text        NOT NULL,
    request text        NOT NULL
);
CREATE INDEX audit_at_idx ON cuntu.audit (at);
CREATE INDEX audit_actor_idx ON cuntu.audit (actor, seq);
COMMENT ON TABLE cuntu.audit IS '审计日志：只增不改，由程序写入，每几秒封存一次';
COMMENT ON COLUMN cuntu.audit.seq IS '序号';
COMMENT ON COLUMN cuntu.audit.xid IS '写入的事务';
COMMENT ON COLUMN cuntu.audit.at IS '时间';
COMMENT ON COLUMN cuntu.audit.actor IS '用户编号';
COMMENT ON COLUMN cuntu.audit.name IS '当时的登录名';
COMMENT ON COLUMN cuntu.audit.origin IS '途径';
COMMENT ON COLUMN cuntu.audit.address IS '来源地址';
COMMENT ON COLUMN cuntu.audit.agent IS '客户端';
COMMENT ON COLUMN cuntu.audit.verb IS '行为';
COMMENT ON COLUMN cuntu.audit.object IS '对象';
COMMENT ON COLUMN cuntu.audit.outcome IS '结果：done 已做、refused 被拒、failed 未成';
COMMENT ON COLUMN cuntu.audit.detail IS '说明';
COMMENT ON COLUMN cuntu.audit.request IS '请求编号';

-- Which lines no seal has yet.
CREATE TABLE cuntu.audit_unsealed (
    seq bigint PRIMARY KEY,
    xid xid8   NOT NULL DEFAULT pg_current_xact_id()
);
COMMENT ON TABLE cuntu.audit_unsealed IS '尚未封存的审计日志序号';
COMMENT ON COLUMN cuntu.audit_unsealed.seq IS '序号';
COMMENT ON COLUMN cuntu.audit_unsealed.xid IS '写入的事务';

CREATE TABLE cuntu.audit_seal (
    n       bigint      PRIMARY KEY,
    at      timestamptz NOT NULL,
    hashing text        NOT NULL,
    acts    text        NOT NULL,
    root    text        NOT NULL,
    before  text        NOT NULL,
    hash    text        NOT NULL
);
COMMENT ON TABLE cuntu.audit_seal IS '审计封条：默克尔树根与前一封条的散列，篡改即可查出';
COMMENT ON COLUMN cuntu.audit_seal.n IS '序号';
COMMENT ON COLUMN cuntu.audit_seal.at IS '封存时间';
COMMENT ON COLUMN cuntu.audit_seal.hashing IS '散列算法：sha256 或 sm3';
COMMENT ON COLUMN cuntu.audit_seal.acts IS '所封存的日志序号';
COMMENT ON COLUMN cuntu.audit_seal.root IS '默克尔树根';
COMMENT ON COLUMN cuntu.audit_seal.before IS '前一封条的散列';
COMMENT ON COLUMN cuntu.audit_seal.hash IS '本封条的散列';

-- +goose StatementBegin
CREATE FUNCTION cuntu.note_unsealed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO cuntu.audit_unsealed (seq) VALUES (NEW.seq);
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER note_unsealed AFTER INSERT ON cuntu.audit FOR EACH ROW EXECUTE FUNCTION cuntu.note_unsealed();

-- +goose StatementBegin
CREATE FUNCTION cuntu.keep_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is the audit log, of which nothing is changed or taken away', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$;
-- +goose StatementEnd
CREATE TRIGGER keep_audit BEFORE UPDATE OR DELETE OR TRUNCATE ON cuntu.audit
    FOR EACH STATEMENT EXECUTE FUNCTION cuntu.keep_audit();
CREATE TRIGGER keep_audit BEFORE UPDATE OR DELETE OR TRUNCATE ON cuntu.audit_seal
    FOR EACH STATEMENT EXECUTE FUNCTION cuntu.keep_audit();
REVOKE ALL ON cuntu.audit, cuntu.audit_unsealed, cuntu.audit_seal FROM PUBLIC;
