import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { LifeStage } from "../../../db/model/inventory.ts";
import { browserClock } from "../../lib/clock.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useMay } from "../../lib/use-me.ts";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { trpc } from "../../trpc.ts";
import { useInventoryRefresh } from "./use-capacity-change.ts";
import "../../styles/inventory.css";

/** What became of a card, and the next step: only those that may follow are offered. */
export function CardLife({ card }: { card: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const mayWrite = useMay("inventory.write");
  const asked = useQuery(trpc.inventory.life.queryOptions({ card }));
  return (
    <PanelFrame title={t("inventory.life.title")} note={<span className="mono inventory-id">{card}</span>}>
      {asked.error !== null && (
        <PanelError
          what={t("inventory.life.title")}
          error={asked.error}
          busy={asked.isFetching}
          onRetry={() => void asked.refetch()}
        />
      )}
      {asked.isPending && <LoadingRows rows={3} height={28} />}
      {asked.data !== undefined && (
        <>
          {asked.data.steps.length === 0 && <p className="inventory-note">{t("inventory.life.none")}</p>}
          <ol className="inventory-life">
            {asked.data.steps.map((step, i) => (
              <li key={`${step.at} ${i}`}>
                <strong>{t(`inventory.stage.${step.stage}`)}</strong>
                <span>{format.dateTime(step.at)}</span>
                <span className="muted">
                  {[step.contract, step.why, step.who].filter((part) => part !== "").join(" · ")}
                </span>
              </li>
            ))}
          </ol>
          {mayWrite && <NextStep card={card} next={asked.data.next} />}
        </>
      )}
    </PanelFrame>
  );
}

function NextStep({ card, next }: { card: string; next: readonly LifeStage[] }) {
  const { t } = useTranslation();
  const refresh = useInventoryRefresh();
  const [chosen, setChosen] = useState<LifeStage | "">("");
  const [contract, setContract] = useState("");
  const [why, setWhy] = useState("");
  const add = useMutation(
    trpc.inventory.addStep.mutationOptions({
      onSuccess: async () => {
        setChosen("");
        setWhy("");
        await refresh();
      },
    }),
  );
  const stage = next.find((one) => one === chosen);
  return (
    <form
      className="inventory-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (stage !== undefined) add.mutate({ card, stage, at: browserClock.now(), contract, why });
      }}
    >
      <NativeSelect
        size="xs"
        label={t("inventory.life.next")}
        value={chosen}
        onChange={(event) => setChosen(event.currentTarget.value as LifeStage | "")}
        data={[
          { value: "", label: t("inventory.life.choose") },
          ...next.map((one) => ({ value: one, label: t(`inventory.stage.${one}`) })),
        ]}
      />
      <TextInput
        size="xs"
        label={t("inventory.part.contract")}
        maxLength={200}
        value={contract}
        onChange={(e) => setContract(e.currentTarget.value)}
      />
      <TextInput
        size="xs"
        label={t("inventory.why")}
        required
        maxLength={500}
        value={why}
        onChange={(e) => setWhy(e.currentTarget.value)}
      />
      <Button size="xs" type="submit" loading={add.isPending} disabled={stage === undefined || why.trim() === ""}>
        {t("inventory.life.add")}
      </Button>
      {stage === "returned" && <p className="inventory-note">{t("inventory.life.returnedMeans")}</p>}
      {add.error !== null && (
        <p role="alert" className="inventory-failed">
          {add.error.message}
        </p>
      )}
    </form>
  );
}
