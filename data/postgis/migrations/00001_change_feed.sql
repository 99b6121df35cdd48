-- The change feed: which features of which layer a transaction touched. The
-- tables of the layers come from the catalogue (tables.go), each with triggers
-- that call cuntu.record_change.

-- +goose Up

CREATE EXTENSION IF NOT EXISTS postgis;

COMMENT ON SCHEMA cuntu IS '村图：每个图层一张表，可直接用 SQL 或 QGIS 编辑，地图随即更新';

CREATE TABLE cuntu.change (
    xid   xid8           NOT NULL DEFAULT pg_current_xact_id(),
    layer text           NOT NULL,
    ids   int8multirange NOT NULL,
    at    timestamptz    NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX change_xid_idx ON cuntu.change (xid);
COMMENT ON TABLE cuntu.change IS '变更记录：由触发器写入，请勿手工修改';
COMMENT ON COLUMN cuntu.change.xid IS '写入的事务';
COMMENT ON COLUMN cuntu.change.layer IS '图层';
COMMENT ON COLUMN cuntu.change.ids IS '新增、修改或删除的要素 id';
COMMENT ON COLUMN cuntu.change.at IS '时间';

CREATE TABLE cuntu.horizon (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    xid xid8 NOT NULL
);
INSERT INTO cuntu.horizon (xid) VALUES ('0');
COMMENT ON TABLE cuntu.horizon IS '变更记录已清理到的事务';

-- record_change writes down the ids that a statement touched, a row for every
-- 65,536 neighbouring ids, so that a million fresh ids take 16 short rows. It
-- runs as its owner: whoever may edit a layer need not be able to write here.
--
-- Ids inserted by hand move the sequence beyond them. A gap is closed by
-- nextval, which cannot hand out an id twice whoever else draws ids; only a wide
-- one is jumped over.
-- +goose StatementBegin
CREATE FUNCTION cuntu.record_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    highest bigint;
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO cuntu.change (layer, ids)
            SELECT TG_TABLE_NAME, range_agg(int8range(id, id, '[]')) FROM new_rows GROUP BY id >> 16;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO cuntu.change (layer, ids)
            SELECT TG_TABLE_NAME, range_agg(int8range(id, id, '[]'))
            FROM (SELECT id FROM old_rows UNION SELECT id FROM new_rows) AS touched GROUP BY id >> 16;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO cuntu.change (layer, ids)
            SELECT TG_TABLE_NAME, range_agg(int8range(id, id, '[]')) FROM old_rows GROUP BY id >> 16;
    ELSE
        -- An older snapshot would not see, and so not record, the newest rows.
        IF current_setting('transaction_isolation') <> 'read committed' THEN
            RAISE EXCEPTION 'TRUNCATE of a layer needs the isolation level READ COMMITTED';
        END IF;
        EXECUTE format('INSERT INTO cuntu.change (layer, ids)
            SELECT %L, range_agg(int8range(id, id, ''[]'')) FROM %I.%I GROUP BY id >> 16',
            TG_TABLE_NAME, TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    IF FOUND OR TG_OP = 'TRUNCATE' THEN
        PERFORM pg_notify('cuntu_change', '');
    END IF;
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        SELECT max(id) INTO highest FROM new_rows;
        PERFORM cuntu.move_ids(TG_TABLE_NAME, highest);
    END IF;
    RETURN NULL;
END
$$;
-- +goose StatementEnd

-- move_ids makes the ids that a layer gives from now on greater than one.
-- +goose StatementBegin
CREATE FUNCTION cuntu.move_ids(layer text, beyond bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    ids  regclass := pg_get_serial_sequence(format('cuntu.%I', layer), 'id');
    last bigint := coalesce(pg_sequence_last_value(ids), 0);
BEGIN
    IF beyond - last > 1000 THEN
        PERFORM setval(ids, beyond);
    ELSE
        WHILE last < beyond LOOP
            last := nextval(ids);
        END LOOP;
    END IF;
END
$$;
-- +goose StatementEnd

-- take_ids gives n new ids of a layer, in ascending order, all greater than one.
-- +goose StatementBegin
CREATE FUNCTION cuntu.take_ids(layer text, n integer, beyond bigint) RETURNS SETOF bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    ids regclass := pg_get_serial_sequence(format('cuntu.%I', layer), 'id');
BEGIN
    PERFORM cuntu.move_ids(layer, beyond);
    RETURN QUERY SELECT nextval(ids) FROM generate_series(1, n);
END
$$;
-- +goose StatementEnd

-- prune_changes forgets what is older than an age and gives how many rows went.
-- It spares what a transaction still open might be older than, so that a cursor
-- of today is never behind the horizon. Transactions of the future came with a
-- dump from another cluster and go as well.
-- +goose StatementBegin
CREATE FUNCTION cuntu.prune_changes(age interval) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH gone AS (
        DELETE FROM cuntu.change
        WHERE at < now() - age
          AND (xid < pg_snapshot_xmin(pg_current_snapshot()) OR xid >= pg_snapshot_xmax(pg_current_snapshot()))
        RETURNING xid
    ), moved AS (
        UPDATE cuntu.horizon SET xid = greatest(xid, (SELECT max(xid) FROM gone))
        WHERE EXISTS (SELECT FROM gone)
    )
    SELECT count(*) FROM gone
$$;
-- +goose StatementEnd
