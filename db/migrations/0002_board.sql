CREATE TABLE "benchmark" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "benchmark_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"model" text NOT NULL,
	"workload" text NOT NULL,
	"units_per_hour" double precision NOT NULL,
	"batch" bigint,
	"precision" text NOT NULL,
	"day" text NOT NULL,
	"source" text NOT NULL,
	"known_from_ms" bigint NOT NULL,
	"known_to_ms" bigint,
	"revision_id" integer NOT NULL,
	CONSTRAINT "benchmark_units" CHECK ("benchmark"."units_per_hour" > 0)
);
--> statement-breakpoint
CREATE TABLE "capacity" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "capacity_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"selector_id" integer NOT NULL,
	"node" text NOT NULL,
	"count" integer NOT NULL,
	"contract" text NOT NULL,
	"from_ms" bigint NOT NULL,
	"to_ms" bigint,
	"known_from_ms" bigint NOT NULL,
	"known_to_ms" bigint,
	"revision_id" integer NOT NULL,
	CONSTRAINT "capacity_window" CHECK ("capacity"."to_ms" > "capacity"."from_ms"),
	CONSTRAINT "capacity_known_window" CHECK ("capacity"."known_to_ms" > "capacity"."known_from_ms"),
	CONSTRAINT "capacity_count" CHECK ("capacity"."count" >= 0)
);
--> statement-breakpoint
CREATE TABLE "card_life" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "card_life_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"at_ms" bigint NOT NULL,
	"card" text NOT NULL,
	"stage" text NOT NULL,
	"contract" text NOT NULL,
	"who" text NOT NULL,
	"why" text NOT NULL,
	"recorded_at_ms" bigint NOT NULL,
	CONSTRAINT "card_life_stage" CHECK ("card_life"."stage" IN ('ordered', 'delivered', 'accepted', 'in_use', 'fault', 'rma', 'returned'))
);
--> statement-breakpoint
CREATE TABLE "fx_rate" (
	"base" text NOT NULL,
	"quote" text NOT NULL,
	"day_no" integer NOT NULL,
	"rate_nano" bigint NOT NULL,
	"known_from_ms" bigint NOT NULL,
	"known_to_ms" bigint,
	"revision_id" integer NOT NULL,
	CONSTRAINT "fx_rate_base_quote_day_no_known_from_ms_pk" PRIMARY KEY("base","quote","day_no","known_from_ms"),
	CONSTRAINT "fx_rate_positive" CHECK ("fx_rate"."rate_nano" > 0 AND "fx_rate"."base" <> "fx_rate"."quote")
);
--> statement-breakpoint
CREATE TABLE "model_alias" (
	"name" text PRIMARY KEY NOT NULL,
	"model" text NOT NULL,
	"revision_id" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "price" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "price_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"selector_id" integer NOT NULL,
	"basis" text NOT NULL,
	"currency" text NOT NULL,
	"amount_micro" bigint NOT NULL,
	"cards_per_instance" integer NOT NULL,
	"owned" jsonb,
	"term_to_ms" bigint,
	"from_ms" bigint NOT NULL,
	"to_ms" bigint,
	"anchor_ms" bigint NOT NULL,
	"known_from_ms" bigint NOT NULL,
	"known_to_ms" bigint,
	"revision_id" integer NOT NULL,
	"is_list" boolean NOT NULL,
	CONSTRAINT "price_window" CHECK ("price"."to_ms" > "price"."from_ms"),
	CONSTRAINT "price_known_window" CHECK ("price"."known_to_ms" > "price"."known_from_ms"),
	CONSTRAINT "price_amount" CHECK ("price"."amount_micro" >= 0 AND "price"."cards_per_instance" >= 1),
	CONSTRAINT "price_currency" CHECK ("price"."currency" ~ '^[A-Z]{3}$'),
	CONSTRAINT "price_basis" CHECK ("price"."basis" IN ('card_hour', 'card_month', 'instance_hour', 'owned')),
	CONSTRAINT "price_owned" CHECK (("price"."basis" = 'owned') = ("price"."owned" IS NOT NULL))
);
--> statement-breakpoint
CREATE TABLE "review_item" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "review_item_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"fingerprint" text NOT NULL,
	"kind" text NOT NULL,
	"state" text NOT NULL,
	"pool_id" integer NOT NULL,
	"cards" jsonb NOT NULL,
	"saving_per_day_micro" bigint NOT NULL,
	"saving_from_ms" bigint NOT NULL,
	"currency" text NOT NULL,
	"coverage" double precision NOT NULL,
	"evidence" jsonb NOT NULL,
	"opened_at_ms" bigint NOT NULL,
	"changed_at_ms" bigint NOT NULL,
	"changed_by" text NOT NULL,
	"reason" text NOT NULL,
	"receipt" jsonb,
	CONSTRAINT "review_item_kind" CHECK ("review_item"."kind" IN ('free_on_demand', 'idle_held', 'busy_in_expensive', 'oversized', 'term_ends')),
	CONSTRAINT "review_item_state_known" CHECK ("review_item"."state" IN ('open', 'accepted', 'done', 'dismissed'))
);
--> statement-breakpoint
CREATE TABLE "revision" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "revision_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"at_ms" bigint NOT NULL,
	"subject" text NOT NULL,
	"who" text NOT NULL,
	"why" text NOT NULL,
	"source" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "saved_view" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "saved_view_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"page" text NOT NULL,
	"name" text NOT NULL,
	"query" text NOT NULL,
	"saved_by" text NOT NULL,
	"saved_at_ms" bigint NOT NULL,
	CONSTRAINT "saved_view_name" UNIQUE("page","name")
);
--> statement-breakpoint
CREATE TABLE "selector" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "selector_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"vendor" text NOT NULL,
	"region" text NOT NULL,
	"zone" text NOT NULL,
	"cluster" text NOT NULL,
	"model" text NOT NULL,
	"billing" text NOT NULL,
	"contract" text NOT NULL,
	CONSTRAINT "selector_key" UNIQUE("vendor","region","zone","cluster","model","billing","contract")
);
--> statement-breakpoint
CREATE TABLE "tier_event" (
	"at_ms" bigint NOT NULL,
	"pool_id" integer NOT NULL,
	"from_tier" smallint,
	"to_tier" smallint NOT NULL,
	"verdict" jsonb NOT NULL,
	CONSTRAINT "tier_event_pool_id_at_ms_pk" PRIMARY KEY("pool_id","at_ms"),
	CONSTRAINT "tier_event_tier" CHECK ("tier_event"."to_tier" BETWEEN 0 AND 3)
);
--> statement-breakpoint
CREATE TABLE "tier_ladder" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "tier_ladder_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"ladder" jsonb NOT NULL,
	"known_from_ms" bigint NOT NULL,
	"known_to_ms" bigint,
	"revision_id" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tier_override" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "tier_override_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"pool_id" integer NOT NULL,
	"tier" smallint NOT NULL,
	"owner" text NOT NULL,
	"reason" text NOT NULL,
	"from_ms" bigint NOT NULL,
	"to_ms" bigint NOT NULL,
	"removed_at_ms" bigint,
	CONSTRAINT "tier_override_window" CHECK ("tier_override"."to_ms" > "tier_override"."from_ms" AND "tier_override"."tier" BETWEEN 0 AND 3)
);
--> statement-breakpoint
ALTER TABLE "benchmark" ADD CONSTRAINT "benchmark_revision_id_revision_id_fk" FOREIGN KEY ("revision_id") REFERENCES "public"."revision"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "capacity" ADD CONSTRAINT "capacity_selector_id_selector_id_fk" FOREIGN KEY ("selector_id") REFERENCES "public"."selector"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "capacity" ADD CONSTRAINT "capacity_revision_id_revision_id_fk" FOREIGN KEY ("revision_id") REFERENCES "public"."revision"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "fx_rate" ADD CONSTRAINT "fx_rate_revision_id_revision_id_fk" FOREIGN KEY ("revision_id") REFERENCES "public"."revision"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_alias" ADD CONSTRAINT "model_alias_revision_id_revision_id_fk" FOREIGN KEY ("revision_id") REFERENCES "public"."revision"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "review_item" ADD CONSTRAINT "review_item_pool_id_pool_id_fk" FOREIGN KEY ("pool_id") REFERENCES "public"."pool"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tier_event" ADD CONSTRAINT "tier_event_pool_id_pool_id_fk" FOREIGN KEY ("pool_id") REFERENCES "public"."pool"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tier_ladder" ADD CONSTRAINT "tier_ladder_revision_id_revision_id_fk" FOREIGN KEY ("revision_id") REFERENCES "public"."revision"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tier_override" ADD CONSTRAINT "tier_override_pool_id_pool_id_fk" FOREIGN KEY ("pool_id") REFERENCES "public"."pool"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "card_event" DROP CONSTRAINT "card_event_kind";--> statement-breakpoint
ALTER TABLE "card_event" ADD CONSTRAINT "card_event_kind" CHECK ("card_event"."kind" IN ('appeared', 'moved', 'swapped_out', 'swapped_in', 'returned', 'seen_after_return', 'xid', 'ecc_uncorrected', 'row_remap', 'remap_failed', 'npu_fault'));--> statement-breakpoint
CREATE INDEX "card_life_card" ON "card_life" USING btree ("card","at_ms");--> statement-breakpoint
CREATE INDEX "price_known" ON "price" USING btree ("known_to_ms","selector_id");--> statement-breakpoint
CREATE UNIQUE INDEX "review_item_live" ON "review_item" USING btree ("fingerprint") WHERE "review_item"."state" IN ('open', 'accepted');--> statement-breakpoint
CREATE INDEX "review_item_state" ON "review_item" USING btree ("state","changed_at_ms");--> statement-breakpoint
-- No instant of a selector has two prices in the belief in force, list and real ones apart; an ended belief was one of
-- these once. A price is a box: which prices it is of × when. Boxes have a GiST operator class of their own, need no
-- extension for the equal id, and cost half of two ranges. Borders of a box belong to it, hence the last millisecond.
ALTER TABLE "price" ADD CONSTRAINT "price_once" EXCLUDE USING gist (
	box(
		point("selector_id"::float8 * 2 + "is_list"::int4, "from_ms"),
		point("selector_id"::float8 * 2 + "is_list"::int4, coalesce("to_ms", 253402300800000) - 1)
	) WITH &&
) WHERE ("known_to_ms" IS NULL);
