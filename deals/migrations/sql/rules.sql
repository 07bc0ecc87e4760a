-- Rules over several rows, kept by the database so that no caller can go around them.
-- Each refusal is a check_violation with a constraint name, like the constraints of a single row.
-- The fixed search_path keeps a temporary table of the session from standing in for one of ours.

CREATE FUNCTION deals_refuse(rule text) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '%', rule USING ERRCODE = 'check_violation', CONSTRAINT = rule;
END $$;

-- A folder that never moves needs no recomputed closure, and no right can be moved with it.
CREATE FUNCTION deals_folder_stays() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.parent_id, OLD.room_id) IS DISTINCT FROM (NEW.parent_id, NEW.room_id) THEN
        PERFORM deals_refuse('folder_never_moves');
    END IF;
    IF NEW.parent_id IS NOT NULL
        AND NEW.room_id IS DISTINCT FROM (SELECT room_id FROM deals_folder WHERE id = NEW.parent_id) THEN
        PERFORM deals_refuse('folder_in_its_parents_room');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER folder_stays BEFORE INSERT OR UPDATE ON deals_folder
    FOR EACH ROW EXECUTE FUNCTION deals_folder_stays();

CREATE FUNCTION deals_folder_closure() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO deals_folderancestor (folder_id, ancestor_id, depth)
        SELECT NEW.id, NEW.id, 0
        UNION ALL
        SELECT NEW.id, a.ancestor_id, a.depth + 1 FROM deals_folderancestor a WHERE a.folder_id = NEW.parent_id;
    RETURN NULL;
END $$;
CREATE TRIGGER folder_closure AFTER INSERT ON deals_folder
    FOR EACH ROW EXECUTE FUNCTION deals_folder_closure();

CREATE FUNCTION deals_file_in_room() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.room_id IS DISTINCT FROM (SELECT room_id FROM deals_folder WHERE id = NEW.folder_id) THEN
        PERFORM deals_refuse('file_in_its_folders_room');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER file_in_room BEFORE INSERT OR UPDATE OF room_id, folder_id ON deals_file
    FOR EACH ROW EXECUTE FUNCTION deals_file_in_room();

CREATE FUNCTION deals_version_in_room() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.room_id IS DISTINCT FROM (SELECT room_id FROM deals_file WHERE id = NEW.file_id) THEN
        PERFORM deals_refuse('file_version_in_its_files_room');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER version_in_room BEFORE INSERT OR UPDATE OF room_id, file_id ON deals_fileversion
    FOR EACH ROW EXECUTE FUNCTION deals_version_in_room();

-- A right of one deal's group over another deal's folder would open a door between two rooms.
CREATE FUNCTION deals_grant_in_room() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    theirs uuid;
    ours uuid;
BEGIN
    SELECT room_id INTO theirs FROM deals_roomgroup WHERE auth_group_id = NEW.group_id;
    IF TG_TABLE_NAME = 'deals_foldergrant' THEN
        SELECT room_id INTO ours FROM deals_folder WHERE id = NEW.content_object_id;
    ELSE
        SELECT room_id INTO ours FROM deals_file WHERE id = NEW.content_object_id;
    END IF;
    IF theirs IS NULL OR theirs IS DISTINCT FROM ours THEN
        PERFORM deals_refuse('grant_within_one_room');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER grant_in_room BEFORE INSERT OR UPDATE ON deals_foldergrant
    FOR EACH ROW EXECUTE FUNCTION deals_grant_in_room();
CREATE TRIGGER grant_in_room BEFORE INSERT OR UPDATE ON deals_filegrant
    FOR EACH ROW EXECUTE FUNCTION deals_grant_in_room();
