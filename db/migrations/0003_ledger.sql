CREATE TABLE "feature_day" (
	"day_no" integer NOT NULL,
	"feature_id" integer NOT NULL,
	"pool_id" integer NOT NULL,
	"price_id" integer NOT NULL,
	"busy_ms" bigint NOT NULL,
	"idle_held_ms" bigint NOT NULL,
	"starting_ms" bigint NOT NULL,
	"free_ms" bigint NOT NULL,
	"fault_ms" bigint NOT NULL,
	"unknown_ms" bigint NOT NULL,
	"busy_micro" bigint NOT NULL,
	"idle_held_micro" bigint NOT NULL,
	"starting_micro" bigint NOT NULL,
	"free_micro" bigint NOT NULL,
	"fault_micro" bigint NOT NULL,
	"unknown_micro" bigint NOT NULL,
	CONSTRAINT "feature_day_day_no_feature_id_pool_id_price_id_pk" PRIMARY KEY("day_no","feature_id","pool_id","price_id")
) PARTITION BY RANGE (day_no);
--> statement-breakpoint
CREATE TABLE "feature" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "feature_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"key" text NOT NULL,
	"name" text NOT NULL,
	"team" text NOT NULL,
	"kind" text NOT NULL,
	"unit" text NOT NULL,
	"unit_source" text NOT NULL,
	"owns" jsonb NOT NULL,
	"archived_at_ms" bigint,
	"revision_id" integer NOT NULL,
	CONSTRAINT "feature_key" UNIQUE("key"),
	CONSTRAINT "feature_key_shape" CHECK ("feature"."key" ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
	CONSTRAINT "feature_kind" CHECK ("feature"."kind" IN ('inference', 'training', 'notebook', 'other'))
);
--> statement-breakpoint
CREATE TABLE "holder_feature" (
	"holder_id" integer NOT NULL,
	"from_hour" integer NOT NULL,
	"to_hour" integer,
	"feature_id" integer NOT NULL,
	"rule_id" integer NOT NULL,
	CONSTRAINT "holder_feature_holder_id_from_hour_pk" PRIMARY KEY("holder_id","from_hour"),
	CONSTRAINT "holder_feature_window" CHECK ("holder_feature"."to_hour" > "holder_feature"."from_hour")
);
--> statement-breakpoint
CREATE TABLE "holder_hour" (
	"hour_no" integer NOT NULL,
	"pool_id" integer NOT NULL,
	"holder_id" integer NOT NULL,
	"busy_ms" bigint NOT NULL,
	"idle_held_ms" bigint NOT NULL,
	"starting_ms" bigint NOT NULL,
	"free_ms" bigint NOT NULL,
	"fault_ms" bigint NOT NULL,
	"unknown_ms" bigint NOT NULL,
	CONSTRAINT "holder_hour_hour_no_pool_id_holder_id_pk" PRIMARY KEY("hour_no","pool_id","holder_id")
) PARTITION BY RANGE (hour_no);
--> statement-breakpoint
CREATE TABLE "holder_kube" (
	"holder_id" integer PRIMARY KEY NOT NULL,
	"owner_kind" text NOT NULL,
	"owner_name" text NOT NULL,
	"labels" jsonb NOT NULL,
	"started_at_ms" bigint,
	"seen_at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "hour_part" (
	"slot_no" integer NOT NULL,
	"card_id" integer NOT NULL,
	"pool_id" integer NOT NULL,
	"from_ms" bigint NOT NULL,
	"to_ms" bigint NOT NULL,
	CONSTRAINT "hour_part_slot_no_card_id_pk" PRIMARY KEY("slot_no","card_id")
) PARTITION BY RANGE (slot_no);
--> statement-breakpoint
CREATE TABLE "ledger_difference" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "ledger_difference_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at_ms" bigint NOT NULL,
	"cause" text NOT NULL,
	"revision_id" integer,
	"hour_no" integer NOT NULL,
	"pool_id" integer NOT NULL,
	"feature_id" integer NOT NULL,
	"price_id" integer NOT NULL,
	"busy_ms" bigint NOT NULL,
	"idle_held_ms" bigint NOT NULL,
	"starting_ms" bigint NOT NULL,
	"free_ms" bigint NOT NULL,
	"fault_ms" bigint NOT NULL,
	"unknown_ms" bigint NOT NULL,
	"busy_micro" bigint NOT NULL,
	"idle_held_micro" bigint NOT NULL,
	"starting_micro" bigint NOT NULL,
	"free_micro" bigint NOT NULL,
	"fault_micro" bigint NOT NULL,
	"unknown_micro" bigint NOT NULL,
	CONSTRAINT "ledger_difference_cause" CHECK ("ledger_difference"."cause" IN ('late_data', 'price', 'mapping'))
);
--> statement-breakpoint
CREATE TABLE "ledger_hour" (
	"hour_no" integer NOT NULL,
	"pool_id" integer NOT NULL,
	"feature_id" integer NOT NULL,
	"price_id" integer NOT NULL,
	"busy_ms" bigint NOT NULL,
	"idle_held_ms" bigint NOT NULL,
	"starting_ms" bigint NOT NULL,
	"free_ms" bigint NOT NULL,
	"fault_ms" bigint NOT NULL,
	"unknown_ms" bigint NOT NULL,
	"busy_micro" bigint NOT NULL,
	"idle_held_micro" bigint NOT NULL,
	"starting_micro" bigint NOT NULL,
	"free_micro" bigint NOT NULL,
	"fault_micro" bigint NOT NULL,
	"unknown_micro" bigint NOT NULL,
	CONSTRAINT "ledger_hour_hour_no_pool_id_feature_id_price_id_pk" PRIMARY KEY("hour_no","pool_id","feature_id","price_id")
) PARTITION BY RANGE (hour_no);
--> statement-breakpoint
CREATE TABLE "mapping_rule" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "mapping_rule_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"position" integer NOT NULL,
	"feature_id" integer NOT NULL,
	"match" jsonb NOT NULL,
	"from_ms" bigint NOT NULL,
	"to_ms" bigint,
	"known_from_ms" bigint NOT NULL,
	"known_to_ms" bigint,
	"revision_id" integer NOT NULL,
	CONSTRAINT "mapping_rule_window" CHECK ("mapping_rule"."to_ms" > "mapping_rule"."from_ms"),
	CONSTRAINT "mapping_rule_known_window" CHECK ("mapping_rule"."known_to_ms" > "mapping_rule"."known_from_ms"),
	CONSTRAINT "mapping_rule_hours" CHECK ("mapping_rule"."from_ms" % 3600000 = 0 AND coalesce("mapping_rule"."to_ms", 0) % 3600000 = 0)
);
--> statement-breakpoint
CREATE TABLE "other_cost" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "other_cost_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"feature_id" integer NOT NULL,
	"kind" text NOT NULL,
	"note" text NOT NULL,
	"currency" text NOT NULL,
	"per_day_micro" bigint NOT NULL,
	"from_ms" bigint NOT NULL,
	"to_ms" bigint,
	"known_from_ms" bigint NOT NULL,
	"known_to_ms" bigint,
	"revision_id" integer NOT NULL,
	CONSTRAINT "other_cost_window" CHECK ("other_cost"."to_ms" > "other_cost"."from_ms"),
	CONSTRAINT "other_cost_amount" CHECK ("other_cost"."per_day_micro" >= 0),
	CONSTRAINT "other_cost_kind" CHECK ("other_cost"."kind" IN ('storage', 'traffic', 'third_party', 'other')),
	CONSTRAINT "other_cost_currency" CHECK ("other_cost"."currency" ~ '^[A-Z]{3}$')
);
--> statement-breakpoint
CREATE TABLE "revenue_line" (
	"feature_id" integer NOT NULL,
	"source" text NOT NULL,
	"kind" text NOT NULL,
	"from_ms" bigint NOT NULL,
	"to_ms" bigint NOT NULL,
	"currency" text NOT NULL,
	"amount_micro" bigint NOT NULL,
	"known_from_ms" bigint NOT NULL,
	"known_to_ms" bigint,
	"revision_id" integer NOT NULL,
	CONSTRAINT "revenue_line_feature_id_source_kind_from_ms_known_from_ms_pk" PRIMARY KEY("feature_id","source","kind","from_ms","known_from_ms"),
	CONSTRAINT "revenue_line_window" CHECK ("revenue_line"."to_ms" > "revenue_line"."from_ms"),
	CONSTRAINT "revenue_line_sign" CHECK (("revenue_line"."kind" = 'refund') = ("revenue_line"."amount_micro" < 0) OR "revenue_line"."amount_micro" = 0),
	CONSTRAINT "revenue_line_currency" CHECK ("revenue_line"."currency" ~ '^[A-Z]{3}$')
);
--> statement-breakpoint
CREATE TABLE "unit_price" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "unit_price_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"feature_id" integer NOT NULL,
	"currency" text NOT NULL,
	"per_unit_micro" bigint NOT NULL,
	"from_ms" bigint NOT NULL,
	"to_ms" bigint,
	"known_from_ms" bigint NOT NULL,
	"known_to_ms" bigint,
	"revision_id" integer NOT NULL,
	CONSTRAINT "unit_price_window" CHECK ("unit_price"."to_ms" > "unit_price"."from_ms"),
	CONSTRAINT "unit_price_amount" CHECK ("unit_price"."per_unit_micro" >= 0),
	CONSTRAINT "unit_price_currency" CHECK ("unit_price"."currency" ~ '^[A-Z]{3}$')
);
--> statement-breakpoint
CREATE TABLE "usage_line" (
	"source_id" integer NOT NULL,
	"from_ms" bigint NOT NULL,
	"to_ms" bigint NOT NULL,
	"ok_micro" bigint,
	"failed_micro" bigint,
	"covered_ms" bigint NOT NULL,
	"known_from_ms" bigint NOT NULL,
	"known_to_ms" bigint,
	"revision_id" integer NOT NULL,
	CONSTRAINT "usage_line_source_id_from_ms_known_from_ms_pk" PRIMARY KEY("source_id","from_ms","known_from_ms"),
	CONSTRAINT "usage_line_window" CHECK ("usage_line"."to_ms" > "usage_line"."from_ms"),
	CONSTRAINT "usage_line_covered" CHECK ("usage_line"."covered_ms" >= 0 AND "usage_line"."covered_ms" <= "usage_line"."to_ms" - "usage_line"."from_ms"),
	CONSTRAINT "usage_line_counts" CHECK ("usage_line"."ok_micro" >= 0 AND "usage_line"."failed_micro" >= 0)
);
--> statement-breakpoint
CREATE TABLE "usage_push" (
	"key" text PRIMARY KEY NOT NULL,
	"digest" text NOT NULL,
	"at_ms" bigint NOT NULL,
	"answer" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "usage_source" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "usage_source_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"feature_id" integer NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"config" jsonb NOT NULL,
	"read_to_ms" bigint,
	"removed_at_ms" bigint,
	"revision_id" integer NOT NULL,
	CONSTRAINT "usage_source_name" UNIQUE("feature_id","name"),
	CONSTRAINT "usage_source_kind" CHECK ("usage_source"."kind" IN ('promql', 'push', 'csv'))
);
--> statement-breakpoint
ALTER TABLE "model_alias" ADD COLUMN "known_from_ms" bigint;
--> statement-breakpoint
UPDATE "model_alias" a SET "known_from_ms" = r."at_ms" FROM "revision" r WHERE r."id" = a."revision_id";
--> statement-breakpoint
ALTER TABLE "model_alias" ALTER COLUMN "known_from_ms" SET NOT NULL;
--> statement-breakpoint
ALTER TABLE "model_alias" DROP CONSTRAINT "model_alias_pkey";
--> statement-breakpoint
ALTER TABLE "model_alias" ADD CONSTRAINT "model_alias_name_known_from_ms_pk" PRIMARY KEY("name","known_from_ms");
--> statement-breakpoint
ALTER TABLE "model_alias" ADD COLUMN "known_to_ms" bigint;
--> statement-breakpoint
-- Hours of before know no cards by slot: they have no lines in the ledger.
ALTER TABLE "pool_hour" ADD COLUMN "whole" integer[] NOT NULL DEFAULT array_fill(0, ARRAY[12]);
--> statement-breakpoint
ALTER TABLE "pool_hour" ALTER COLUMN "whole" DROP DEFAULT;
--> statement-breakpoint
ALTER TABLE "holder_feature" ADD CONSTRAINT "holder_feature_holder_id_holder_id_fk" FOREIGN KEY ("holder_id") REFERENCES "public"."holder"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "holder_kube" ADD CONSTRAINT "holder_kube_holder_id_holder_id_fk" FOREIGN KEY ("holder_id") REFERENCES "public"."holder"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "mapping_rule" ADD CONSTRAINT "mapping_rule_feature_id_feature_id_fk" FOREIGN KEY ("feature_id") REFERENCES "public"."feature"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "other_cost" ADD CONSTRAINT "other_cost_feature_id_feature_id_fk" FOREIGN KEY ("feature_id") REFERENCES "public"."feature"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "revenue_line" ADD CONSTRAINT "revenue_line_feature_id_feature_id_fk" FOREIGN KEY ("feature_id") REFERENCES "public"."feature"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "unit_price" ADD CONSTRAINT "unit_price_feature_id_feature_id_fk" FOREIGN KEY ("feature_id") REFERENCES "public"."feature"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "usage_line" ADD CONSTRAINT "usage_line_source_id_usage_source_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."usage_source"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "usage_source" ADD CONSTRAINT "usage_source_feature_id_feature_id_fk" FOREIGN KEY ("feature_id") REFERENCES "public"."feature"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "ledger_difference_at" ON "ledger_difference" USING btree ("at_ms");
--> statement-breakpoint
CREATE INDEX "ledger_difference_hour" ON "ledger_difference" USING btree ("hour_no");
--> statement-breakpoint
ALTER TABLE "slot_hold" ADD COLUMN "idle_held_ms" integer NOT NULL DEFAULT 0;
--> statement-breakpoint
ALTER TABLE "slot_hold" ADD COLUMN "starting_ms" integer NOT NULL DEFAULT 0;
--> statement-breakpoint
ALTER TABLE "slot_hold" ADD COLUMN "fault_ms" integer NOT NULL DEFAULT 0;
--> statement-breakpoint
UPDATE "slot_hold" SET "idle_held_ms" = "held_ms" - "busy_ms";
--> statement-breakpoint
ALTER TABLE "slot_hold" ALTER COLUMN "idle_held_ms" DROP DEFAULT;
--> statement-breakpoint
ALTER TABLE "slot_hold" ALTER COLUMN "starting_ms" DROP DEFAULT;
--> statement-breakpoint
ALTER TABLE "slot_hold" ALTER COLUMN "fault_ms" DROP DEFAULT;
--> statement-breakpoint
ALTER TABLE "slot_hold" DROP COLUMN "held_ms";
--> statement-breakpoint
-- Of one name, or one feature, no instant has two rules, or unit prices, in the belief in force: boxes, as price_once.
ALTER TABLE "mapping_rule" ADD CONSTRAINT "mapping_rule_once" EXCLUDE USING gist (
	box(
		point(hashtextextended("name", 0)::float8, "from_ms"),
		point(hashtextextended("name", 0)::float8, coalesce("to_ms", 253402300800000) - 1)
	) WITH &&
) WHERE ("known_to_ms" IS NULL);
--> statement-breakpoint
ALTER TABLE "unit_price" ADD CONSTRAINT "unit_price_once" EXCLUDE USING gist (
	box(
		point("feature_id"::float8, "from_ms"),
		point("feature_id"::float8, coalesce("to_ms", 253402300800000) - 1)
	) WITH &&
) WHERE ("known_to_ms" IS NULL);
