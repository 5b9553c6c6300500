-- What a row of settings was and became, written in the transaction that changes it. Arguments: the columns of its key.
-- Which tables: db/audited.ts; a test holds the two together.
CREATE FUNCTION audit_secret("name" text, "value" jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN "value" IS NULL OR "value" = 'null'::jsonb THEN "value"
    WHEN "name" ~ '^(sealed|wrapped|input|shown|password|secret)$|token|_hash$'
      THEN to_jsonb('sha256:' || encode(sha256(convert_to("value" #>> '{}', 'UTF8')), 'hex'))
    WHEN length("value"::text) > 8000
      THEN to_jsonb('sha256:' || encode(sha256(convert_to("value" #>> '{}', 'UTF8')), 'hex') || ' of ' || length("value"::text) || ' characters')
    ELSE "value"
  END
$$;
--> statement-breakpoint
CREATE FUNCTION audit_row() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  entry text := coalesce(current_setting('dapan.entry', true), '');
  was jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
  is_now jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
  -- what the process moves by itself all day
  noise text[] := ARRAY['last_used_at_ms', 'read_at_ms', 'read_to_ms', 'failing_since_ms', 'paused_until_ms', 'failures', 'updated_at'];
  row_key text;
  "before" jsonb;
  "after" jsonb;
BEGIN
  SELECT string_agg(coalesce(audit_secret(c, coalesce(is_now, was) -> c) #>> '{}', ''), '/' ORDER BY n)
    INTO row_key FROM unnest(TG_ARGV) WITH ORDINALITY AS k(c, n);
  IF TG_OP = 'UPDATE' THEN
    SELECT jsonb_object_agg(w.key, audit_secret(w.key, w.value)), jsonb_object_agg(w.key, audit_secret(w.key, is_now -> w.key))
      INTO "before", "after" FROM jsonb_each(was) w
      WHERE w.value IS DISTINCT FROM is_now -> w.key AND (entry <> '' OR w.key <> ALL (noise));
    IF "before" IS NULL THEN RETURN NULL; END IF;
  ELSE
    SELECT jsonb_object_agg(w.key, audit_secret(w.key, w.value)) INTO "before" FROM jsonb_each(was) w;
    SELECT jsonb_object_agg(w.key, audit_secret(w.key, w.value)) INTO "after" FROM jsonb_each(is_now) w;
  END IF;
  INSERT INTO audit_change (entry_id, at_ms, relation, key, before, after)
    VALUES (entry, floor(extract(epoch FROM clock_timestamp()) * 1000), TG_TABLE_NAME, row_key, "before", "after");
  RETURN NULL;
END
$$;
--> statement-breakpoint
DO $$
DECLARE
  -- written by people: every change, whoever makes it
  settings text[] := ARRAY['access_link', 'alert_route', 'api_token', 'approval', 'benchmark', 'capacity', 'channel', 'data_key', 'feature', 'fx_rate', 'guard_window', 'holiday', 'mapping_rule', 'model_alias', 'other_cost', 'patrol_item', 'person', 'person_account', 'price', 'report_definition', 'report_link', 'revision', 'rule_edit', 'saved_view', 'silence', 'tier_ladder', 'tier_override', 'unit_price', 'usage_source'];
  -- written by people and by the process: what somebody did
  shared text[] := ARRAY['card', 'card_life', 'incident', 'incident_event', 'outbox', 'patrol_result', 'person_session', 'report_run', 'revenue_line', 'review_item', 'selector', 'setting', 'usage_line'];
  relation text;
  key_columns text;
BEGIN
  FOREACH relation IN ARRAY settings || shared LOOP
    SELECT string_agg(quote_literal(a.attname), ', ' ORDER BY k.n) INTO key_columns
      FROM pg_index i, unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, n), pg_attribute a
      WHERE i.indrelid = relation::regclass AND i.indisprimary AND a.attrelid = i.indrelid AND a.attnum = k.attnum;
    EXECUTE format('CREATE TRIGGER audit_row AFTER INSERT OR UPDATE OR DELETE ON %I FOR EACH ROW %s EXECUTE FUNCTION audit_row(%s)',
      relation, CASE WHEN relation = ANY (shared) THEN 'WHEN (current_setting(''dapan.entry'', true) <> '''')' ELSE '' END, key_columns);
  END LOOP;
END
$$;
--> statement-breakpoint
CREATE FUNCTION audit_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed and never deleted', TG_TABLE_NAME;
END
$$;
--> statement-breakpoint
CREATE TRIGGER audit_stands BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit" FOR EACH STATEMENT EXECUTE FUNCTION audit_stands();
--> statement-breakpoint
CREATE TRIGGER audit_stands BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_change" FOR EACH STATEMENT EXECUTE FUNCTION audit_stands();
