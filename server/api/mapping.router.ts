import { z } from "zod";
import { type HolderMatch, WORK_KINDS } from "../../db/model/feature.ts";
import { BILLING_TYPES } from "../../db/model/fleet.ts";
import { applyYaml, exportYaml, previewYaml } from "../usecases/mapping/catalogue.ts";
import { archiveFeature, previewRules, saveFeature, saveRules } from "../usecases/mapping/change-rules.ts";
import { mappingPage } from "../usecases/mapping/mapping-page.ts";
import { sightOf } from "../domain/access/sight.ts";
import { type ApiContext, procedure, router } from "./trpc.ts";

const word = z.string().max(200);
const written = z.string().max(64);
const why = z.string().max(500);
const key = z.string().max(64);
const version = z.string().max(100);
const yaml = z.string().max(4 * 2 ** 20); // the use-case says better what is too long

/** Own keys only, whatever they are called; what a label and its pattern may be is the use-case's to say. */
const labels = z.unknown().transform((value, ctx): Readonly<Record<string, string>> => {
  const entries = typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : null;
  if (entries === null || entries.length > 100 || entries.some(([name, said]) => !isLabel(name, said)))
    ctx.addIssue({ code: "custom", message: "at most 100 labels with their patterns" });
  return Object.fromEntries((entries ?? []).filter(([name, said]) => isLabel(name, said)));
});
const isLabel = (name: string, said: unknown): said is string =>
  name.length <= 300 && typeof said === "string" && said.length <= 1_024;

const pattern = z.string().max(1_024); // longer than allowed, so that the fault says where
const match = z
  .strictObject({
    cluster: pattern.optional(),
    namespace: pattern.optional(),
    pod: pattern.optional(),
    owner: pattern.optional(),
    labels: labels.optional(),
  })
  .transform((said) => Object.fromEntries(Object.entries(said).filter(([, one]) => one !== undefined)) as HolderMatch);
const rule = z.strictObject({
  name: z.string().max(300),
  feature: key,
  match,
  from: written.exactOptional(),
  to: written.exactOptional(),
});
const rules = z.array(rule).max(2_000);

const selector = z.strictObject({
  vendor: word.exactOptional(),
  region: word.exactOptional(),
  zone: word.exactOptional(),
  cluster: word.exactOptional(),
  model: word.exactOptional(),
  billing: z.enum([...BILLING_TYPES, ""]).exactOptional(),
  contract: word.exactOptional(),
});
const feature = z.strictObject({
  key,
  name: word.exactOptional(),
  team: word.exactOptional(),
  kind: z.enum(WORK_KINDS).exactOptional(),
  unit: word.exactOptional(),
  unitSource: word.exactOptional(),
  owns: z.array(selector).max(200).exactOptional(),
  archived: z.boolean().exactOptional(),
});

/** Who acts: until there is sign-in, the console itself. */
const noteOf = ({ actor }: ApiContext, why: string, source = "console") => ({ who: actor.name, why, source });

const maySay = ({ actor }: ApiContext) => ({ prices: actor.permissions.has("prices.write") });

export const mappingRouter = router({
  page: procedure.query(({ ctx }) => mappingPage(ctx, sightOf(ctx.actor))),
  preview: procedure.input(z.strictObject({ rules })).mutation(({ ctx, input }) => previewRules(ctx, input.rules)),
  save: procedure
    .input(z.strictObject({ rules, version, why }))
    .mutation(({ ctx, input }) => saveRules(ctx, input, noteOf(ctx, input.why))),
  saveFeature: procedure
    .input(z.strictObject({ feature, why }))
    .mutation(({ ctx, input }) => saveFeature(ctx, input.feature, noteOf(ctx, input.why))),
  archive: procedure
    .input(z.strictObject({ key, archived: z.boolean(), why }))
    .mutation(({ ctx, input }) => archiveFeature(ctx, input, noteOf(ctx, input.why))),
  exportYaml: procedure.query(({ ctx }) => exportYaml(ctx, sightOf(ctx.actor))),
  previewYaml: procedure
    .input(z.strictObject({ yaml }))
    .mutation(({ ctx, input }) => previewYaml(ctx, input.yaml, maySay(ctx))),
  applyYaml: procedure
    .input(z.strictObject({ yaml, fingerprint: z.string().max(64), why }))
    .mutation(({ ctx, input }) =>
      applyYaml(ctx, input.yaml, input.fingerprint, noteOf(ctx, input.why, "features.yaml"), maySay(ctx)),
    ),
});
