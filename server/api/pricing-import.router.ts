import { z } from "zod";
import { ROW_FATES } from "../../db/model/import-views.ts";
import { IMPORT_KINDS } from "../../db/model/imports.ts";
import { setAlias } from "../usecases/pricing/aliases-port.ts";
import { importEffect, previewImport, startImport } from "../usecases/pricing/import-table.ts";
import { onRecordAs, procedure, router } from "./trpc.ts";

const id = z.uuid();
const row = z.int().min(1).max(10_000_000);
/** Rows named one by one: whoever wants more corrects the file. Also bounded by the size of a request. */
const rows = z.array(row).max(20_000).readonly();

const question = z.strictObject({
  upload: id,
  kind: z.enum(IMPORT_KINDS),
  currency: z.string().max(64).nullable().default(null),
  vendor: z.string().max(200).default(""),
  from: z.string().max(64).nullable().default(null),
  isList: z.boolean().nullable().default(null),
  pick: z
    .discriminatedUnion("mode", [
      z.strictObject({ mode: z.literal("all") }),
      z.strictObject({ mode: z.literal("good"), except: rows }),
      z.strictObject({ mode: z.literal("only"), rows }),
    ])
    .default({ mode: "all" }),
});

const page = {
  show: z.enum([...ROW_FATES, "all"]).default("all"),
  offset: z.int().min(0).max(1_000_000).default(0),
  limit: z.int().min(1).max(500).default(100),
};

/** Who acts: until there is sign-in, the console itself. */
/** `pricing.import…`: previews are mutations by form only, because the picked rows may be too long for an address. */
export const pricingImportRouter = router({
  preview: procedure
    .input(question.safeExtend(page))
    .mutation(({ ctx, input: { show, offset, limit, ...asked } }) =>
      previewImport(ctx, asked, { show, offset, limit }),
    ),
  effect: procedure.input(question).mutation(({ ctx, input }) => importEffect(ctx, input)),
  start: procedure
    .input(question.safeExtend({ why: z.string().max(500) }))
    .mutation(({ ctx, input: { why, ...asked } }) =>
      // the call ends before the job does: what the job changes has a row of its own
      startImport(ctx, asked, { who: ctx.actor.name, why }, ({ id: job, fileName }, work) =>
        ctx.audit.change({ ...onRecordAs(ctx, "pricing.import.start"), input: { id: job, name: fileName, why } }, work),
      ),
    ),
  job: procedure.input(z.strictObject({ id })).query(({ ctx, input }) => ctx.imports.job(input.id)),
  aliases: procedure.query(({ ctx }) => [...ctx.aliases.current()].map(([name, model]) => ({ name, model }))),
  setAlias: procedure
    .input(z.strictObject({ name: z.string().min(1).max(200), model: z.string().max(200).nullable() }))
    .mutation(({ ctx, input }) =>
      setAlias(ctx.aliases, input, {
        who: ctx.actor.name,
        why: "a card's name was tied to a model",
        source: "console",
      }),
    ),
});
