-- The audit log: who did what, and was refused what. Lines are added and never changed; seals close them for good. It has a
-- schema of its own, so that who may read the map need not be able to read it.

-- +goose Up

CREATE SCHEMA cuntu_audit;
COMMENT ON SCHEMA cuntu_audit IS '审计日志，只增不改；除服务程序与审计员外不授予任何人';

CREATE TABLE cuntu_audit.act (
    seq     bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
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
CREATE INDEX act_at_idx ON cuntu_audit.act (at);
CREATE INDEX act_actor_idx ON cuntu_audit.act (actor, seq);
COMMENT ON TABLE cuntu_audit.act IS '审计日志：只增不改，由程序写入，每几秒封存一次';
COMMENT ON COLUMN cuntu_audit.act.seq IS '序号';
COMMENT ON COLUMN cuntu_audit.act.at IS '时间';
COMMENT ON COLUMN cuntu_audit.act.actor IS '用户编号';
COMMENT ON COLUMN cuntu_audit.act.name IS '当时的登录名';
COMMENT ON COLUMN cuntu_audit.act.origin IS '途径';
COMMENT ON COLUMN cuntu_audit.act.address IS '来源地址';
COMMENT ON COLUMN cuntu_audit.act.agent IS '客户端';
COMMENT ON COLUMN cuntu_audit.act.verb IS '行为';
COMMENT ON COLUMN cuntu_audit.act.object IS '对象';
COMMENT ON COLUMN cuntu_audit.act.outcome IS '结果：done 已做、refused 被拒、failed 未成';
COMMENT ON COLUMN cuntu_audit.act.detail IS '说明';
COMMENT ON COLUMN cuntu_audit.act.request IS '请求编号';

-- Which lines no seal has yet.
CREATE TABLE cuntu_audit.unsealed (
    seq bigint PRIMARY KEY
);
COMMENT ON TABLE cuntu_audit.unsealed IS '尚未封存的审计日志序号';
COMMENT ON COLUMN cuntu_audit.unsealed.seq IS '序号';

CREATE TABLE cuntu_audit.seal (
    n       bigint      PRIMARY KEY,
    at      timestamptz NOT NULL,
    hashing text        NOT NULL,
    acts    text        NOT NULL,
    root    text        NOT NULL,
    before  text        NOT NULL,
    hash    text        NOT NULL
);
COMMENT ON TABLE cuntu_audit.seal IS '审计封条：默克尔树根与前一封条的散列，篡改即可查出';
COMMENT ON COLUMN cuntu_audit.seal.n IS '序号';
COMMENT ON COLUMN cuntu_audit.seal.at IS '封存时间';
COMMENT ON COLUMN cuntu_audit.seal.hashing IS '散列算法：sha256 或 sm3';
COMMENT ON COLUMN cuntu_audit.seal.acts IS '所封存的日志序号';
COMMENT ON COLUMN cuntu_audit.seal.root IS '默克尔树根';
COMMENT ON COLUMN cuntu_audit.seal.before IS '前一封条的散列';
COMMENT ON COLUMN cuntu_audit.seal.hash IS '本封条的散列';

-- +goose StatementBegin
CREATE FUNCTION cuntu_audit.note_unsealed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO cuntu_audit.unsealed (seq) VALUES (NEW.seq);
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER note_unsealed AFTER INSERT ON cuntu_audit.act FOR EACH ROW EXECUTE FUNCTION cuntu_audit.note_unsealed();

-- +goose StatementBegin
CREATE FUNCTION cuntu_audit.keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is the audit log, of which nothing is changed or taken away', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$;
-- +goose StatementEnd
CREATE TRIGGER keep_audit BEFORE UPDATE OR DELETE OR TRUNCATE ON cuntu_audit.act
    FOR EACH STATEMENT EXECUTE FUNCTION cuntu_audit.keep();
CREATE TRIGGER keep_audit BEFORE UPDATE OR DELETE OR TRUNCATE ON cuntu_audit.seal
    FOR EACH STATEMENT EXECUTE FUNCTION cuntu_audit.keep();
REVOKE ALL ON cuntu_audit.act, cuntu_audit.unsealed, cuntu_audit.seal FROM PUBLIC;
