-- Small documents beside the layers: records of imports, saved mappings, siting
-- scenarios. What their bytes mean is known to who wrote them.

-- +goose Up

CREATE TABLE cuntu.document (
    kind    text        NOT NULL,
    id      text        NOT NULL,
    author  text        NOT NULL,
    at      timestamptz NOT NULL,
    content bytea       NOT NULL,
    PRIMARY KEY (kind, id)
);
-- Writers compress what is worth it.
ALTER TABLE cuntu.document ALTER COLUMN content SET STORAGE EXTERNAL;
COMMENT ON TABLE cuntu.document IS '文档：导入记录、列映射、选址方案等，由程序写入';
COMMENT ON COLUMN cuntu.document.kind IS '种类';
COMMENT ON COLUMN cuntu.document.id IS '编号';
COMMENT ON COLUMN cuntu.document.author IS '作者';
COMMENT ON COLUMN cuntu.document.at IS '时间';
COMMENT ON COLUMN cuntu.document.content IS '内容';
