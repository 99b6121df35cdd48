-- Jobs: runs that take longer than a request may. A server holds the one that it does until its lease ends.

-- +goose Up

CREATE TABLE cuntu.job (
    id       text        PRIMARY KEY,
    kind     text        NOT NULL,
    title    text        NOT NULL,
    owner    text        NOT NULL DEFAULT '',
    params   bytea       NOT NULL,
    place    text        NOT NULL,
    files    text        NOT NULL,
    state    text        NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    done     bigint      NOT NULL DEFAULT 0,
    total    bigint      NOT NULL DEFAULT 0,
    message  text        NOT NULL DEFAULT '',
    attempts integer     NOT NULL DEFAULT 0,
    stopping boolean     NOT NULL DEFAULT false,
    holder   text        NOT NULL DEFAULT '',
    until    timestamptz,
    created  timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended    timestamptz,
    result   bytea,
    failure  bytea
);
CREATE INDEX job_pending_idx ON cuntu.job (created) WHERE ended IS NULL;
COMMENT ON TABLE cuntu.job IS '任务：导入、选址规划、切片归档等耗时操作，由程序写入，请勿手工修改';
COMMENT ON COLUMN cuntu.job.id IS '编号';
COMMENT ON COLUMN cuntu.job.kind IS '种类';
COMMENT ON COLUMN cuntu.job.title IS '标题';
COMMENT ON COLUMN cuntu.job.owner IS '发起人的用户编号';
COMMENT ON COLUMN cuntu.job.params IS '参数，结束后清空';
COMMENT ON COLUMN cuntu.job.place IS '所需文件所在的工作目录';
COMMENT ON COLUMN cuntu.job.files IS '工作目录中的文件夹';
COMMENT ON COLUMN cuntu.job.state IS '状态：waiting 等待、running 运行、done 完成、failed 失败、cancelled 已取消';
COMMENT ON COLUMN cuntu.job.done IS '已完成量';
COMMENT ON COLUMN cuntu.job.total IS '总量，未知为 0';
COMMENT ON COLUMN cuntu.job.message IS '正在做什么';
COMMENT ON COLUMN cuntu.job.attempts IS '开始次数';
COMMENT ON COLUMN cuntu.job.stopping IS '已要求停止';
COMMENT ON COLUMN cuntu.job.holder IS '正在执行的服务器';
COMMENT ON COLUMN cuntu.job.until IS '租约到期时间，到期后其他服务器可重新开始';
COMMENT ON COLUMN cuntu.job.created IS '创建时间';
COMMENT ON COLUMN cuntu.job.ended IS '结束时间';
COMMENT ON COLUMN cuntu.job.result IS '结果';
COMMENT ON COLUMN cuntu.job.failure IS '失败原因';
