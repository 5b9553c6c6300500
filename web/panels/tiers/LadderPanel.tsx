import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { WORKLOADS, type Workload } from "../../../db/model/tier.ts";
import type { LadderPage } from "../../../db/model/tier-views.ts";
import {
  draftOf,
  faultOf,
  LADDER_FIELDS,
  LADDER_LIMITS,
  type LadderDraft,
  type LadderField,
  ladderOf,
} from "../../lib/ladder-draft.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useMay } from "../../lib/use-me.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { trpc } from "../../trpc.ts";
import { LadderMoves } from "./LadderMoves.tsx";
import { useTiersChange } from "./use-tiers-change.ts";

const UNITS = {
  p1Ratio: "ratio",
  p2Ratio: "ratio",
  spotInterruptionsPer1000h: "count",
  spotRestartHours: "hours",
  leastAvailability: "%",
} as const satisfies Record<LadderField, string>;

/** The ladder as numbers to change, and beside them what the change would do before it is made. */
export function LadderPanel({ page }: { page: LadderPage }) {
  const { t } = useTranslation();
  const format = useFormat();
  const mayWrite = useMay("prices.write");
  const { ladder, since, who, why } = page.known;
  const [draft, setDraft] = useState<LadderDraft>(() => draftOf(ladder));
  const wanted = ladderOf(draft);
  const isChanged = JSON.stringify(wanted) !== JSON.stringify(ladderOf(draftOf(ladder)));
  const note =
    since === null ? t("tiers.ladder.comesWith") : t("tiers.ladder.since", { time: format.dateTime(since), who, why });
  return (
    <PanelFrame title={t("tiers.ladder.title")} note={note}>
      <div className="ladder">
        <div className="ladder-fields">
          {LADDER_FIELDS.map((field) => (
            <NumberField key={field} field={field} draft={draft} isFixed={!mayWrite} onChange={setDraft} />
          ))}
          <NativeSelect
            size="xs"
            label={t("tiers.label.workload")}
            description={t("tiers.hint.workload")}
            disabled={!mayWrite}
            value={draft.workload}
            onChange={(event) => setDraft({ ...draft, workload: event.currentTarget.value as Workload })}
            data={WORKLOADS.map((workload) => ({ value: workload, label: t(`tiers.workload.${workload}`) }))}
          />
        </div>
        <div className="ladder-effect">
          {mayWrite && <LadderMoves page={page} wanted={isChanged ? wanted : null} isWrong={wanted === null} />}
          {mayWrite && isChanged && <Save wanted={wanted} onBack={() => setDraft(draftOf(ladder))} />}
        </div>
      </div>
    </PanelFrame>
  );
}

function NumberField(props: {
  field: LadderField;
  draft: LadderDraft;
  isFixed: boolean;
  onChange: (draft: LadderDraft) => void;
}) {
  const { t } = useTranslation();
  const { field, draft } = props;
  const fault = faultOf(draft, field);
  const [least, most] = LADDER_LIMITS[field];
  const unit = UNITS[field];
  return (
    <TextInput
      size="xs"
      inputMode="decimal"
      maxLength={16}
      readOnly={props.isFixed}
      label={t(`tiers.label.${field}`)}
      description={t(`tiers.hint.${field}`)}
      error={fault === null ? null : t(`tiers.fault.${fault}`, { least, most })}
      rightSection={<span className="ladder-unit">{unit === "%" ? unit : t(`tiers.unit.${unit}`)}</span>}
      rightSectionWidth={56}
      value={draft[field]}
      onChange={(event) => props.onChange({ ...draft, [field]: event.currentTarget.value })}
    />
  );
}

function Save({ wanted, onBack }: { wanted: LadderPage["known"]["ladder"] | null; onBack: () => void }) {
  const { t } = useTranslation();
  const [why, setWhy] = useState("");
  const save = useMutation(trpc.tiers.saveLadder.mutationOptions(useTiersChange()));
  return (
    <form
      className="ladder-save"
      onSubmit={(event) => {
        event.preventDefault();
        if (wanted !== null) save.mutate({ ladder: wanted, why });
      }}
    >
      <TextInput
        size="xs"
        required
        maxLength={500}
        label={t("tiers.ladder.why")}
        value={why}
        onChange={(event) => setWhy(event.currentTarget.value)}
      />
      <Button size="xs" type="submit" loading={save.isPending} disabled={wanted === null || why.trim() === ""}>
        {t("tiers.ladder.save")}
      </Button>
      <Button size="xs" variant="default" onClick={onBack}>
        {t("tiers.ladder.back")}
      </Button>
      {save.error !== null && (
        <p className="tiers-failed" role="alert">
          {t("tiers.failed", { why: save.error.message })}
        </p>
      )}
    </form>
  );
}
