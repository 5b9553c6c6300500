import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { TIERS, type Tier } from "../../../db/model/tier.ts";
import { DAY_MS } from "../../../db/model/time.ts";
import { browserClock } from "../../lib/clock.ts";
import { tierLabel, useTierWords } from "../../lib/tier-words.ts";
import { useSummary } from "../../live/use-fleet.ts";
import { usePoolName } from "../../parts/use-pool-name.ts";
import { trpc } from "../../trpc.ts";
import { useTiersChange } from "./use-tiers-change.ts";

const DAYS = [1, 3, 7, 14, 30, 90] as const;

/** Which pool, which tier, who answers for it, why, and for how long. Nothing is set until all of it is said. */
export function OverrideForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const words = useTierWords();
  const poolName = usePoolName();
  const pools = useSummary().data?.pools ?? [];
  const [poolId, setPool] = useState("");
  const [tier, setTier] = useState<Tier>(3);
  const [owner, setOwner] = useState("");
  const [reason, setReason] = useState("");
  const [days, setDays] = useState<number>(7);
  const change = useTiersChange();
  const set = useMutation(
    trpc.tiers.setOverride.mutationOptions({
      onSuccess: (page) => {
        change.onSuccess(page);
        onDone();
      },
    }),
  );
  const isSaid = poolId !== "" && owner.trim() !== "" && reason.trim() !== "";
  return (
    <form
      className="override-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (isSaid) set.mutate({ poolId: Number(poolId), tier, owner, reason, to: browserClock.now() + days * DAY_MS });
      }}
    >
      <NativeSelect
        size="xs"
        label={t("tiers.override.pool")}
        required
        value={poolId}
        onChange={(event) => setPool(event.currentTarget.value)}
        data={[
          { value: "", label: t("tiers.override.choose") },
          ...pools.map(({ id }) => ({ value: String(id), label: poolName(id) })),
        ]}
      />
      <NativeSelect
        size="xs"
        label={t("tiers.moves.tier")}
        value={String(tier)}
        onChange={(event) => setTier(Number(event.currentTarget.value) as Tier)}
        data={TIERS.map((one) => ({ value: String(one), label: `${tierLabel(one)} ${words.name(one)}` }))}
      />
      <TextInput
        size="xs"
        label={t("tiers.override.owner")}
        required
        maxLength={120}
        value={owner}
        onChange={(event) => setOwner(event.currentTarget.value)}
      />
      <TextInput
        size="xs"
        label={t("tiers.override.reason")}
        required
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <NativeSelect
        size="xs"
        label={t("tiers.override.lasts")}
        value={String(days)}
        onChange={(event) => setDays(Number(event.currentTarget.value))}
        data={DAYS.map((n) => ({ value: String(n), label: t("tiers.days", { count: n }) }))}
      />
      <Button size="xs" type="submit" loading={set.isPending} disabled={!isSaid}>
        {t("tiers.override.set")}
      </Button>
      <Button size="xs" variant="default" onClick={onDone}>
        {t("tiers.override.cancel")}
      </Button>
      {set.error !== null && (
        <p className="tiers-failed" role="alert">
          {t("tiers.failed", { why: set.error.message })}
        </p>
      )}
    </form>
  );
}
