CREATE TABLE "alert_group" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "alert_group_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"channel_id" integer NOT NULL,
	"route_id" integer NOT NULL,
	"key" text NOT NULL,
	"seq" integer NOT NULL,
	"born_at_ms" bigint NOT NULL,
	"next_at_ms" bigint NOT NULL,
	"last_at_ms" bigint,
	"said" jsonb NOT NULL,
	CONSTRAINT "alert_group_key" UNIQUE("channel_id","route_id","key")
);
--> statement-breakpoint
CREATE TABLE "alert_route" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "alert_route_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"position" integer NOT NULL,
	"name" text NOT NULL,
	"where" jsonb NOT NULL,
	"severities" jsonb NOT NULL,
	"rule_ids" jsonb NOT NULL,
	"channel_ids" integer[] NOT NULL,
	"goes_on" boolean NOT NULL,
	"group_wait_ms" integer NOT NULL,
	"group_interval_ms" integer NOT NULL,
	"repeat_ms" integer NOT NULL,
	"escalations" jsonb NOT NULL,
	"changed_at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "channel" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "channel_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"language" text NOT NULL,
	"enabled" boolean NOT NULL,
	"disabled_why" text NOT NULL,
	"sends_resolved" boolean NOT NULL,
	"settings" jsonb NOT NULL,
	"sealed" "bytea" NOT NULL,
	"shown_address" text NOT NULL,
	"failing_since_ms" bigint,
	"paused_until_ms" bigint,
	"failures" integer NOT NULL,
	"changed_at_ms" bigint NOT NULL,
	"changed_by" text NOT NULL,
	"removed_at_ms" bigint,
	CONSTRAINT "channel_name" UNIQUE NULLS NOT DISTINCT("name","removed_at_ms")
);
--> statement-breakpoint
CREATE TABLE "delivery" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "delivery_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"outbox_id" text NOT NULL,
	"channel_id" integer NOT NULL,
	"at_ms" bigint NOT NULL,
	"attempt" integer NOT NULL,
	"class" text NOT NULL,
	"status" integer NOT NULL,
	"said" text NOT NULL,
	"took_ms" integer NOT NULL,
	"retry_at_ms" bigint
);
--> statement-breakpoint
CREATE TABLE "incident_event" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "incident_event_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"incident_id" integer NOT NULL,
	"at_ms" bigint NOT NULL,
	"kind" text NOT NULL,
	"because" text NOT NULL,
	"who" text NOT NULL,
	"detail" text NOT NULL,
	"body" jsonb
);
--> statement-breakpoint
CREATE TABLE "incident" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "incident_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"fingerprint" text NOT NULL,
	"rule_id" text NOT NULL,
	"rule_version" integer NOT NULL,
	"scope" text NOT NULL,
	"labels" jsonb NOT NULL,
	"severity" text NOT NULL,
	"phase" text NOT NULL,
	"since_ms" bigint NOT NULL,
	"pending_at_ms" bigint NOT NULL,
	"observed_ms" bigint NOT NULL,
	"seen_at_ms" bigint NOT NULL,
	"fired_at_ms" bigint,
	"clear_since_ms" bigint,
	"resolved_at_ms" bigint,
	"because" text NOT NULL,
	"is_historic" boolean NOT NULL,
	"flaps" integer NOT NULL,
	"is_flapping" boolean NOT NULL,
	"suppressed_by" text,
	"suppressor" text NOT NULL,
	"is_confirmed" boolean NOT NULL,
	"card_ids" integer[] NOT NULL,
	"node_key" text NOT NULL,
	"cluster" text NOT NULL,
	"region" text NOT NULL,
	"pool_id" integer NOT NULL,
	"values" jsonb NOT NULL,
	"evidence" jsonb NOT NULL,
	"verdict" text,
	"acked_by" text NOT NULL,
	"acked_at_ms" bigint,
	"assignee" text NOT NULL,
	"escalation" integer NOT NULL,
	"cost_per_hour_micro" bigint,
	"unpriced_cards" integer NOT NULL,
	"currency" text NOT NULL,
	"holders" jsonb NOT NULL,
	"feature_ids" integer[] NOT NULL,
	CONSTRAINT "incident_fired" CHECK ("incident"."phase" <> 'firing' OR "incident"."fired_at_ms" IS NOT NULL),
	CONSTRAINT "incident_resolved" CHECK (("incident"."phase" = 'resolved') = ("incident"."resolved_at_ms" IS NOT NULL))
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" text PRIMARY KEY NOT NULL,
	"channel_id" integer NOT NULL,
	"group_id" integer NOT NULL,
	"seq" integer NOT NULL,
	"notice" jsonb NOT NULL,
	"incident_ids" integer[] NOT NULL,
	"state" text NOT NULL,
	"coalesced_into" text NOT NULL,
	"at_ms" bigint NOT NULL,
	"due_ms" bigint NOT NULL,
	"attempts" integer NOT NULL,
	"lease_until_ms" bigint,
	"fence" integer NOT NULL,
	"sent_at_ms" bigint,
	"last_error" text NOT NULL,
	CONSTRAINT "outbox_state" CHECK ("outbox"."state" IN ('waiting', 'delivered', 'coalesced', 'dead', 'disabled'))
);
--> statement-breakpoint
CREATE TABLE "rule_edit" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "rule_edit_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"rule_id" text NOT NULL,
	"version" integer NOT NULL,
	"origin" text NOT NULL,
	"enabled" boolean NOT NULL,
	"rule" jsonb NOT NULL,
	"from_ms" bigint NOT NULL,
	"to_ms" bigint,
	"who" text NOT NULL,
	"why" text NOT NULL,
	CONSTRAINT "rule_edit_origin" CHECK ("rule_edit"."origin" IN ('tuned', 'user'))
);
--> statement-breakpoint
CREATE TABLE "silence" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "silence_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"where" jsonb NOT NULL,
	"rule_ids" jsonb NOT NULL,
	"nodes" jsonb NOT NULL,
	"cards" jsonb NOT NULL,
	"fingerprint" text NOT NULL,
	"from_ms" bigint NOT NULL,
	"to_ms" bigint,
	"recurs" jsonb,
	"who" text NOT NULL,
	"why" text NOT NULL,
	"ended_at_ms" bigint
);
--> statement-breakpoint
ALTER TABLE "card_event" DROP CONSTRAINT "card_event_kind";--> statement-breakpoint
ALTER TABLE "card_event" ADD COLUMN "node_id" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "card_event" ADD COLUMN "pool_id" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "card_event" ADD COLUMN "holder_id" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "incident_event" ADD CONSTRAINT "incident_event_incident_id_incident_id_fk" FOREIGN KEY ("incident_id") REFERENCES "public"."incident"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "alert_group_next" ON "alert_group" USING btree ("next_at_ms");--> statement-breakpoint
CREATE INDEX "delivery_outbox" ON "delivery" USING btree ("outbox_id");--> statement-breakpoint
CREATE INDEX "delivery_channel" ON "delivery" USING btree ("channel_id","at_ms");--> statement-breakpoint
CREATE INDEX "incident_event_incident" ON "incident_event" USING btree ("incident_id","id");--> statement-breakpoint
CREATE INDEX "incident_event_at" ON "incident_event" USING btree ("at_ms");--> statement-breakpoint
CREATE UNIQUE INDEX "incident_open" ON "incident" USING btree ("fingerprint") WHERE "incident"."phase" <> 'resolved';--> statement-breakpoint
CREATE INDEX "incident_phase" ON "incident" USING btree ("phase","severity");--> statement-breakpoint
CREATE INDEX "incident_past" ON "incident" USING btree ("resolved_at_ms");--> statement-breakpoint
CREATE INDEX "incident_rule" ON "incident" USING btree ("rule_id","pending_at_ms");--> statement-breakpoint
CREATE INDEX "incident_cards" ON "incident" USING gin ("card_ids");--> statement-breakpoint
CREATE INDEX "outbox_due" ON "outbox" USING btree ("channel_id","due_ms") WHERE "outbox"."state" = 'waiting';--> statement-breakpoint
CREATE INDEX "outbox_at" ON "outbox" USING btree ("at_ms");--> statement-breakpoint
CREATE INDEX "outbox_incidents" ON "outbox" USING gin ("incident_ids");--> statement-breakpoint
CREATE UNIQUE INDEX "rule_edit_in_force" ON "rule_edit" USING btree ("rule_id") WHERE "rule_edit"."to_ms" IS NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "rule_edit_version" ON "rule_edit" USING btree ("rule_id","version");--> statement-breakpoint
CREATE INDEX "silence_live" ON "silence" USING btree ("ended_at_ms","to_ms");--> statement-breakpoint
ALTER TABLE "card_event" ADD CONSTRAINT "card_event_kind" CHECK (kind IN ('appeared', 'moved', 'swapped_out', 'swapped_in', 'returned', 'seen_after_return', 'xid', 'ecc_uncorrected', 'row_remap', 'remap_failed', 'npu_fault', 'dropped', 'came_back', 'exporter_lost', 'exporter_back', 'node_lost', 'node_back', 'throttled', 'nvlink_error', 'pcie_replay', 'kernel'));