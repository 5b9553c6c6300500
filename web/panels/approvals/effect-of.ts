import type { ImportEffect } from "../../../db/model/import-views.ts";
import type { CataloguePreview, MappingPreview } from "../../../db/model/mapping-views.ts";
import type { PriceEffect } from "../../../db/model/pricing-views.ts";
import { client } from "../../trpc.ts";

/** What a waiting change would do to what stands now; `prices` null = nothing, or its file is not here any more. */
export type Effect =
  | { readonly of: "catalogue"; readonly preview: CataloguePreview }
  | { readonly of: "rules"; readonly preview: MappingPreview }
  | { readonly of: "prices"; readonly effect: PriceEffect | ImportEffect | null };

/** Changes that can be tried out without being made. */
const TRIED = ["mapping.applyYaml", "mapping.save", "pricing.import.start", "pricing.set"] as const;
export type Tried = (typeof TRIED)[number];

export const isTried = (action: string): action is Tried => (TRIED as readonly string[]).includes(action);

/** Of all that was asked for, not of what a list shows of it. */
export async function effectOf(id: number, action: Tried): Promise<Effect> {
  const asked: unknown = await client.approvals.asked.query({ id });
  switch (
    action // the server took each as what it is read as here
  ) {
    case "mapping.applyYaml": {
      const { yaml } = asked as Input<typeof client.mapping.applyYaml.mutate>;
      return { of: "catalogue", preview: await client.mapping.previewYaml.mutate({ yaml }) };
    }
    case "mapping.save": {
      const { rules } = asked as Input<typeof client.mapping.save.mutate>;
      return { of: "rules", preview: await client.mapping.preview.mutate({ rules }) };
    }
    case "pricing.set": {
      const { prices } = asked as Input<typeof client.pricing.set.mutate>;
      return { of: "prices", effect: await client.pricing.preview.mutate({ prices }) };
    }
    case "pricing.import.start": {
      const { why: _, ...file } = asked as Input<typeof client.pricing.import.start.mutate>;
      return { of: "prices", effect: await client.pricing.import.effect.mutate(file) };
    }
  }
}
type Input<T extends (input: never) => unknown> = Parameters<T>[0];
