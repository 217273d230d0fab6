CREATE TABLE "accounts" (
	"account" text PRIMARY KEY NOT NULL,
	"currency" text DEFAULT 'RUB' NOT NULL,
	"last_sequence" bigint DEFAULT 0 NOT NULL,
	"deposited" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "accounts_deposited" CHECK ("accounts"."deposited" >= 0)
);
--> statement-breakpoint
CREATE TABLE "balances" (
	"account" text PRIMARY KEY NOT NULL,
	"sequence" bigint NOT NULL,
	"balance" bigint NOT NULL,
	"last_amount" bigint NOT NULL,
	"last_hash" text NOT NULL,
	"last_order_id" bigint,
	"last_state" text NOT NULL,
	CONSTRAINT "balances_balance" CHECK ("balances"."balance" >= 0)
);
--> statement-breakpoint
CREATE TABLE "checkpoints" (
	"topic" text NOT NULL,
	"partition" bigint NOT NULL,
	"position" bigint NOT NULL,
	CONSTRAINT "checkpoints_topic_partition_pk" PRIMARY KEY("topic","partition")
);
--> statement-breakpoint
CREATE TABLE "journal" (
	"account" text NOT NULL,
	"sequence" bigint NOT NULL,
	"type" text NOT NULL,
	"hash" text NOT NULL,
	"order_id" bigint,
	"amount" bigint NOT NULL,
	"state" text NOT NULL,
	"reason" text,
	"balance" bigint NOT NULL,
	CONSTRAINT "journal_account_sequence_pk" PRIMARY KEY("account","sequence")
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "outbox_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"topic" text NOT NULL,
	"key" text NOT NULL,
	"value" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sweeps" (
	"name" text PRIMARY KEY NOT NULL,
	"position" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "transactions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "transactions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"account" text NOT NULL,
	"sequence" bigint,
	"type" text NOT NULL,
	"hash" text NOT NULL,
	"order_id" bigint,
	"amount" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "transactions_sequence" UNIQUE("account","sequence"),
	CONSTRAINT "transactions_order" UNIQUE("order_id"),
	CONSTRAINT "transactions_amount" CHECK ("transactions"."amount" > 0),
	CONSTRAINT "transactions_type" CHECK (("transactions"."type" = 'payment') = ("transactions"."order_id" is not null)),
	CONSTRAINT "transactions_numbered" CHECK ("transactions"."sequence" is not null or "transactions"."type" = 'payment')
);
--> statement-breakpoint
CREATE UNIQUE INDEX "transactions_deposit" ON "transactions" USING btree ("hash") WHERE "transactions"."type" = 'deposit';