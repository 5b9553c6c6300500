import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMay } from "../../lib/use-me.ts";
import { Refused } from "../../parts/Refused.tsx";
import { type Outputs, trpc } from "../../trpc.ts";
import { MappingEffect } from "../mapping/MappingEffect.tsx";
import { YamlDiff } from "../mapping/YamlDiff.tsx";
import { EffectLine } from "../pricing/EffectLine.tsx";
import { type Effect, effectOf, isTried, type Tried } from "./effect-of.ts";

type Page = Outputs["mapping"]["page"];

/** What a waiting change would do to what stands now, for who decides it; nothing where that cannot be tried out. */
export function EffectAsked({ id, action }: { id: number; action: string }) {
  const mayMap = useMay("mapping.write");
  const mayPrice = useMay("prices.write");
  const may = action.startsWith("mapping.") ? mayMap : mayPrice;
  return may && isTried(action) ? <TryOut id={id} action={action} /> : null;
}

function TryOut({ id, action }: { id: number; action: Tried }) {
  const { t } = useTranslation();
  const page = useQuery(trpc.mapping.page.queryOptions());
  const effect = useMutation({ mutationFn: () => effectOf(id, action) });
  if (effect.data !== undefined && page.data !== undefined) return <Shown effect={effect.data} page={page.data} />;
  return (
    <div>
      <Button size="xs" variant="default" loading={effect.isPending || page.isFetching} onClick={() => effect.mutate()}>
        {t("approvals.effect")}
      </Button>
      <Refused error={effect.error ?? page.error} says={(why) => t("approvals.effectFailed", { why })} />
    </div>
  );
}

function Shown({ effect, page }: { effect: Effect; page: Page }) {
  const { t } = useTranslation();
  const isOver = effect.of === "prices" ? effect.effect === null : effect.preview.faults.length > 0;
  if (isOver)
    return (
      <p className="failed" role="alert">
        {t("approvals.effectFaults")}
      </p>
    );
  if (effect.of === "catalogue") return <YamlDiff preview={effect.preview} page={page} />;
  if (effect.of === "rules") return <MappingEffect preview={effect.preview} page={page} />;
  if (effect.effect === null) return null;
  const total = "poolsChanged" in effect.effect ? { total: effect.effect.poolsChanged } : {};
  return <EffectLine effect={effect.effect} zone={page.zone} {...total} />;
}
