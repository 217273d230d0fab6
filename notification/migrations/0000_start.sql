CREATE TABLE "messages" (
	"order_id" bigint PRIMARY KEY NOT NULL,
	"outcome" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "messages_outcome" CHECK ("messages"."outcome" in ('approved', 'rejected'))
);
