-- Receipts of writings that were sent with a key, so that the same one sent twice happens once.

-- +goose Up

CREATE TABLE cuntu.receipt (
    actor   text        NOT NULL,
    key     text        NOT NULL,
    request text        NOT NULL,
    at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    answer  bytea       NOT NULL DEFAULT '',
    PRIMARY KEY (actor, key)
);
CREATE INDEX receipt_at_idx ON cuntu.receipt (at);
COMMENT ON TABLE cuntu.receipt IS '编辑回执：同一编辑重复提交只生效一次，由程序写入，请勿手工修改';
COMMENT ON COLUMN cuntu.receipt.actor IS '用户';
COMMENT ON COLUMN cuntu.receipt.key IS '提交者自定的键';
COMMENT ON COLUMN cuntu.receipt.request IS '请求内容的摘要';
COMMENT ON COLUMN cuntu.receipt.at IS '时间';
COMMENT ON COLUMN cuntu.receipt.answer IS '答复';
