ALTER TABLE "data_key" ADD COLUMN "purpose" text NOT NULL;--> statement-breakpoint
ALTER TABLE "data_key" ADD COLUMN "wrapped_before" "bytea";--> statement-breakpoint
-- As in 0007_audit, with the column that is new here among those told by their hash.
CREATE OR REPLACE FUNCTION audit_secret("name" text, "value" jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN "value" IS NULL OR "value" = 'null'::jsonb THEN "value"
    WHEN "name" ~ '^(sealed|wrapped|wrapped_before|input|shown|password|secret)$|token|_hash$'
      THEN to_jsonb('sha256:' || encode(sha256(convert_to("value" #>> '{}', 'UTF8')), 'hex'))
    WHEN length("value"::text) > 8000
      THEN to_jsonb('sha256:' || encode(sha256(convert_to("value" #>> '{}', 'UTF8')), 'hex') || ' of ' || length("value"::text) || ' characters')
    ELSE "value"
  END
$$;
