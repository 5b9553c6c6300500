CREATE TABLE "guard_window" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "guard_window_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"owner" text NOT NULL,
	"duty" jsonb NOT NULL,
	"scope" jsonb NOT NULL,
	"stricter" jsonb NOT NULL,
	"from_ms" bigint NOT NULL,
	"to_ms" bigint NOT NULL,
	"created_at_ms" bigint NOT NULL,
	"removed_at_ms" bigint,
	"readiness" jsonb,
	"closing" jsonb,
	CONSTRAINT "guard_window_order" CHECK ("guard_window"."to_ms" > "guard_window"."from_ms")
);
--> statement-breakpoint
CREATE TABLE "holiday" (
	"day" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"changed_at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "patrol_item" (
	"id" text PRIMARY KEY NOT NULL,
	"edit" jsonb NOT NULL,
	"who" text NOT NULL,
	"changed_at_ms" bigint NOT NULL,
	"removed_at_ms" bigint
);
--> statement-breakpoint
CREATE TABLE "patrol_result" (
	"at_ms" bigint NOT NULL,
	"item_id" text NOT NULL,
	"verdict" text NOT NULL,
	"result" jsonb NOT NULL,
	"ran_at_ms" bigint NOT NULL,
	CONSTRAINT "patrol_result_at_ms_item_id_pk" PRIMARY KEY("at_ms","item_id")
);
--> statement-breakpoint
CREATE TABLE "report_definition" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "report_definition_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"cron" text NOT NULL,
	"zone" text NOT NULL,
	"scope" jsonb NOT NULL,
	"language" text NOT NULL,
	"recipients" jsonb NOT NULL,
	"is_paused" boolean NOT NULL,
	"created_at_ms" bigint NOT NULL,
	"changed_at_ms" bigint NOT NULL,
	"removed_at_ms" bigint
);
--> statement-breakpoint
CREATE TABLE "report_delivery" (
	"run_id" integer NOT NULL,
	"endpoint" text NOT NULL,
	"state" text NOT NULL,
	"attempts" integer NOT NULL,
	"due_ms" bigint NOT NULL,
	"lease_until_ms" bigint,
	"fence" integer NOT NULL,
	"sent_at_ms" bigint,
	"error" text NOT NULL,
	"outbox_id" text NOT NULL,
	"body" text NOT NULL,
	CONSTRAINT "report_delivery_run_id_endpoint_pk" PRIMARY KEY("run_id","endpoint")
);
--> statement-breakpoint
CREATE TABLE "report_file" (
	"run_id" integer NOT NULL,
	"language" text NOT NULL,
	"bytes" "bytea" NOT NULL,
	"sha256" text NOT NULL,
	"pages" integer NOT NULL,
	"made_at_ms" bigint NOT NULL,
	CONSTRAINT "report_file_run_id_language_pk" PRIMARY KEY("run_id","language")
);
--> statement-breakpoint
CREATE TABLE "report_link" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"run_id" integer NOT NULL,
	"hint" text NOT NULL,
	"who" text NOT NULL,
	"created_at_ms" bigint NOT NULL,
	"expires_at_ms" bigint NOT NULL,
	"revoked_at_ms" bigint,
	"read_at_ms" bigint
);
--> statement-breakpoint
CREATE TABLE "report_run" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "report_run_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"definition_id" integer NOT NULL,
	"kind" text NOT NULL,
	"period" text NOT NULL,
	"zone" text NOT NULL,
	"from_ms" bigint NOT NULL,
	"to_ms" bigint NOT NULL,
	"scope" jsonb NOT NULL,
	"scope_key" text NOT NULL,
	"revision" integer NOT NULL,
	"state" text NOT NULL,
	"step" text NOT NULL,
	"progress" double precision NOT NULL,
	"queued_at_ms" bigint NOT NULL,
	"started_at_ms" bigint,
	"finished_at_ms" bigint,
	"attempts" integer NOT NULL,
	"lease_until_ms" bigint,
	"fence" integer NOT NULL,
	"headline" jsonb NOT NULL,
	"coverage" double precision,
	"value" jsonb,
	"value_hash" text NOT NULL,
	"error" text NOT NULL,
	"superseded_by" integer,
	CONSTRAINT "report_run_window" CHECK ("report_run"."to_ms" > "report_run"."from_ms")
);
--> statement-breakpoint
CREATE INDEX "guard_window_at" ON "guard_window" USING btree ("from_ms");--> statement-breakpoint
CREATE INDEX "patrol_result_item" ON "patrol_result" USING btree ("item_id","at_ms");--> statement-breakpoint
CREATE INDEX "report_link_run" ON "report_link" USING btree ("run_id");--> statement-breakpoint
CREATE UNIQUE INDEX "report_run_once" ON "report_run" USING btree ("definition_id","kind","scope_key","period","revision");--> statement-breakpoint
CREATE INDEX "report_run_at" ON "report_run" USING btree ("from_ms");