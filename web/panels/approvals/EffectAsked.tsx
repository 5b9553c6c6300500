import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { CataloguePreview, MappingPreview } from "../../../db/model/mapping-views.ts";
import { useMay } from "../../lib/use-me.ts";
import { Refused } from "../../parts/Refused.tsx";
import { client, trpc } from "../../trpc.ts";
import { MappingEffect } from "../mapping/MappingEffect.tsx";
import { YamlDiff } from "../mapping/YamlDiff.tsx";

/** Changes that can be tried out without being made: a features.yaml, and the rules of mapping. */
export const hasEffect = (action: string): boolean => action === "mapping.applyYaml" || action === "mapping.save";

/** What a waiting change would do to what stands now, for who decides it. */
export function EffectAsked({ id }: { id: number }) {
  const { t } = useTranslation();
  const may = useMay("mapping.write");
  const page = useQuery(trpc.mapping.page.queryOptions());
  const effect = useMutation({ mutationFn: () => effectOf(id) });
  if (!may) return null;
  if (effect.data === undefined || page.data === undefined)
    return (
      <>
        <Button
          size="xs"
          variant="default"
          loading={effect.isPending || page.isFetching}
          onClick={() => effect.mutate()}
        >
          {t("approvals.effect")}
        </Button>
        <Refused error={effect.error ?? page.error} says={(why) => t("approvals.effectFailed", { why })} />
      </>
    );
  if (effect.data.faults.length > 0)
    return (
      <p className="failed" role="alert">
        {t("approvals.effectFaults")}
      </p>
    );
  if ("changes" in effect.data) return <YamlDiff preview={effect.data} page={page.data} />;
  return <MappingEffect preview={effect.data} page={page.data} />;
}

/** Of all that was asked for, not of what a list shows of it. */
async function effectOf(id: number): Promise<CataloguePreview | MappingPreview> {
  const asked = (await client.approvals.asked.query({ id })) as { yaml: string } | { rules: Rules }; // the server took it as such
  if ("yaml" in asked) return await client.mapping.previewYaml.mutate({ yaml: asked.yaml });
  return await client.mapping.preview.mutate({ rules: asked.rules });
}
type Rules = Parameters<typeof client.mapping.preview.mutate>[0]["rules"];
