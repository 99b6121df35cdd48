-- Layers that are records are added to and never changed, by whatever program. A row
-- may go, as when an import is taken back.

-- +goose Up

-- +goose StatementBegin
CREATE FUNCTION cuntu.keep_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is a record, which nothing overwrites: add another row', TG_TABLE_NAME
        USING ERRCODE = 'check_violation';
END $$;
-- +goose StatementEnd
