import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { TierOverride } from "../../../db/model/tier.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useMay } from "../../lib/use-me.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { PoolLink } from "../../parts/PoolLink.tsx";
import { TierMark } from "../../parts/TierChip.tsx";
import { trpc } from "../../trpc.ts";
import { OverrideForm } from "./OverrideForm.tsx";
import { useTiersChange } from "./use-tiers-change.ts";

/** Tiers set by hand, with who answers for them, why, and until when; and the way to set another. */
export function OverridesPanel({ overrides }: { overrides: readonly TierOverride[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const mayWrite = useMay("prices.write");
  const [adding, setAdding] = useState(false);
  const end = useMutation(trpc.tiers.endOverride.mutationOptions(useTiersChange()));
  return (
    <PanelFrame
      title={t("tiers.override.title")}
      note={t("tiers.override.note")}
      actions={
        mayWrite && (
          <Button size="xs" variant="default" aria-expanded={adding} onClick={() => setAdding(!adding)}>
            {t("tiers.override.add")}
          </Button>
        )
      }
    >
      {mayWrite && adding && <OverrideForm onDone={() => setAdding(false)} />}
      {end.error !== null && (
        <p className="tiers-failed" role="alert">
          {t("tiers.failed", { why: end.error.message })}
        </p>
      )}
      {overrides.length === 0 ? (
        <p className="panel-empty">{t("tiers.override.none")}</p>
      ) : (
        <div className="groups-scroll" tabIndex={0} role="region" aria-label={t("tiers.override.title")}>
          <table className="plain tiers-table">
            <thead>
              <tr>
                <th>{t("tiers.moves.tier")}</th>
                <th>{t("tiers.override.pool")}</th>
                <th>{t("tiers.override.owner")}</th>
                <th>{t("tiers.override.reason")}</th>
                <th>{t("tiers.override.until")}</th>
                {mayWrite && <th>{t("tiers.override.act")}</th>}
              </tr>
            </thead>
            <tbody>
              {overrides.map((one) => (
                <tr key={one.id}>
                  <td>
                    <TierMark tier={one.tier} />
                  </td>
                  <td className="tiers-pool">
                    <PoolLink id={one.poolId} />
                  </td>
                  <td className="tiers-pool">{one.owner}</td>
                  <td className="tiers-said">{one.reason}</td>
                  <td className="tiers-time">{format.dateTime(one.to)}</td>
                  {mayWrite && (
                    <td>
                      <Button
                        size="compact-sm"
                        variant="default"
                        loading={end.isPending && end.variables.id === one.id}
                        onClick={() => end.mutate({ id: one.id })}
                      >
                        {t("tiers.override.end")}
                      </Button>
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </PanelFrame>
  );
}
