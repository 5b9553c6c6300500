CREATE TABLE "access_link" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"person_id" text,
	"created_at_ms" bigint NOT NULL,
	"expires_at_ms" bigint NOT NULL,
	"used_at_ms" bigint
);
--> statement-breakpoint
CREATE TABLE "api_token" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "api_token_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"token_hash" text NOT NULL,
	"hint" text NOT NULL,
	"name" text NOT NULL,
	"person_id" text NOT NULL,
	"permissions" text[] NOT NULL,
	"teams" text[],
	"sources" text[],
	"created_at_ms" bigint NOT NULL,
	"expires_at_ms" bigint NOT NULL,
	"last_used_at_ms" bigint,
	"revoked_at_ms" bigint,
	CONSTRAINT "api_token_token_hash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "approval" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "approval_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"action" text NOT NULL,
	"input" "bytea" NOT NULL,
	"shown" text NOT NULL,
	"reason" text NOT NULL,
	"asked_by_id" text NOT NULL,
	"asked_by" text NOT NULL,
	"asked_at_ms" bigint NOT NULL,
	"expires_at_ms" bigint NOT NULL,
	"state" text NOT NULL,
	"decided_by_id" text,
	"decided_by" text,
	"decided_at_ms" bigint,
	"note" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_change" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_change_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"entry_id" text NOT NULL,
	"at_ms" bigint NOT NULL,
	"relation" text NOT NULL,
	"key" text NOT NULL,
	"before" jsonb,
	"after" jsonb
);
--> statement-breakpoint
CREATE TABLE "audit" (
	"seq" bigint PRIMARY KEY NOT NULL,
	"entry_id" text NOT NULL,
	"at_ms" bigint NOT NULL,
	"actor" jsonb NOT NULL,
	"address" text NOT NULL,
	"action" text NOT NULL,
	"outcome" text NOT NULL,
	"object" text NOT NULL,
	"reason" text NOT NULL,
	"changes_hash" text NOT NULL,
	"hash" text NOT NULL,
	CONSTRAINT "audit_entry_id_unique" UNIQUE("entry_id")
);
--> statement-breakpoint
CREATE TABLE "data_key" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "data_key_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"wrapped" "bytea" NOT NULL,
	"created_at_ms" bigint NOT NULL,
	"retired_at_ms" bigint
);
--> statement-breakpoint
CREATE TABLE "person_account" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"provider_id" text NOT NULL,
	"account_id" text NOT NULL,
	"password" text,
	"access_token" text,
	"refresh_token" text,
	"id_token" text,
	"access_token_expires_at" timestamp with time zone,
	"refresh_token_expires_at" timestamp with time zone,
	"scope" text,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "person_account_subject" UNIQUE("provider_id","account_id")
);
--> statement-breakpoint
CREATE TABLE "person_session" (
	"id" text PRIMARY KEY NOT NULL,
	"token" text NOT NULL,
	"user_id" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	"ip_address" text,
	"user_agent" text,
	CONSTRAINT "person_session_token_unique" UNIQUE("token")
);
--> statement-breakpoint
CREATE TABLE "person_verification" (
	"id" text PRIMARY KEY NOT NULL,
	"identifier" text NOT NULL,
	"value" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "person" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"email_verified" boolean DEFAULT false NOT NULL,
	"image" text,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	"roles" text[] NOT NULL,
	"teams" text[],
	"is_disabled" boolean DEFAULT false NOT NULL,
	CONSTRAINT "person_email_unique" UNIQUE("email")
);
--> statement-breakpoint
CREATE TABLE "sign_in_try" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sign_in_try_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"account" text NOT NULL,
	"address" text NOT NULL,
	"at_ms" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "channel" ADD COLUMN "shows_money" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "report_definition" ADD COLUMN "shows_money" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "report_link" ADD COLUMN "shows_money" boolean DEFAULT true NOT NULL;--> statement-breakpoint
CREATE INDEX "approval_state" ON "approval" USING btree ("state");--> statement-breakpoint
CREATE INDEX "audit_change_entry" ON "audit_change" USING btree ("entry_id");--> statement-breakpoint
CREATE INDEX "person_session_user" ON "person_session" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "person_verification_identifier" ON "person_verification" USING btree ("identifier");--> statement-breakpoint
CREATE INDEX "sign_in_try_at" ON "sign_in_try" USING btree ("at_ms");