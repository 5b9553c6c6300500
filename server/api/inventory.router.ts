import { z } from "zod";
import { BILLING_TYPES } from "../../db/model/fleet.ts";
import { LIFE_STAGES } from "../../db/model/inventory.ts";
import { unixMs } from "../../db/model/units.ts";
import { applyCapacity, declareLine, endLine, previewCapacity } from "../usecases/inventory/import-capacity.ts";
import { procedure, router } from "./trpc.ts";

const text = z.string().trim().max(200);
const why = z.string().trim().min(1).max(500);
const instant = z.int().min(0).max(8_640_000_000_000_000);
const card = z.string().trim().min(1).max(200);
/** About 15,000 rows; the body limit of the server is 1 MiB. */
const MOST_BASE64 = 1_000_000;

const moment = z
  .strictObject({ at: instant.optional(), knownAt: instant.optional(), everyNode: z.boolean().optional() })
  .optional();
const selector = z.strictObject({
  vendor: text,
  region: text,
  zone: text,
  cluster: text,
  model: text,
  billing: z.enum(["", ...BILLING_TYPES]),
});
const line = z.strictObject({
  selector,
  node: text,
  count: z.int().min(0).max(1_000_000),
  from: text.min(1), // a day in the zone of the installation, or an instant with its offset
  to: text,
  contract: text,
});
const file = z.strictObject({
  name: z.string().min(1).max(200),
  base64: z.base64().max(MOST_BASE64),
  whole: z.boolean(),
});
const step = z.strictObject({ card, stage: z.enum(LIFE_STAGES), at: instant, contract: text, why });

const bytesOf = ({ base64, ...rest }: z.infer<typeof file>) => ({ ...rest, bytes: Buffer.from(base64, "base64") });

export const inventoryRouter = router({
  view: procedure.input(moment).query(({ ctx, input }) =>
    ctx.inventory.view({
      at: input?.at === undefined ? null : unixMs(input.at),
      knownAt: input?.knownAt === undefined ? null : unixMs(input.knownAt),
      everyNode: input?.everyNode === true,
    }),
  ),
  capacity: procedure.query(({ ctx }) => ctx.inventory.capacity(null)),
  capacityHistory: procedure.query(({ ctx }) => ctx.inventory.capacityHistory(500)),
  declare: procedure.input(z.strictObject({ line, why })).mutation(({ ctx, input }) =>
    declareLine(ctx, {
      line: { ...input.line, selector: { ...input.line.selector, contract: "" } },
      why: input.why,
      who: ctx.actor.name,
    }),
  ),
  endLine: procedure
    .input(z.strictObject({ id: z.int().min(1).max(2_147_483_647), at: instant, why }))
    .mutation(({ ctx, input }) => endLine(ctx, { ...input, who: ctx.actor.name })),
  preview: procedure.input(file).mutation(({ ctx, input }) => previewCapacity(ctx, bytesOf(input))),
  takeIn: procedure
    .input(z.strictObject({ file, fingerprint: z.string().max(64), why }))
    .mutation(({ ctx, input: { file: given, fingerprint, why: reason } }) =>
      applyCapacity(ctx, { ...bytesOf(given), fingerprint, why: reason, who: ctx.actor.name, via: given.name }),
    ),
  life: procedure.input(z.strictObject({ card })).query(({ ctx, input }) => ctx.inventory.life(input.card)),
  places: procedure.input(z.strictObject({ card })).query(({ ctx, input }) => ctx.inventory.places(input.card)),
  addStep: procedure.input(step).mutation(({ ctx, input }) => ctx.inventory.addStep({ ...input, who: ctx.actor.name })),
});
