import { Button, Checkbox, NativeSelect, NumberInput, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { HOUR_MS, MINUTE_MS } from "../../../db/model/time.ts";
import { useNow } from "../../lib/use-now.ts";
import { Lines } from "../../parts/Lines.tsx";
import { trpc } from "../../trpc.ts";
import { Drawer } from "../mapping/Drawer.tsx";
import { WEEKDAYS } from "./use-silence-words.ts";

const MOST_HOURS = 366 * 24;

/** Makes a silence or a maintenance: what it is about, for how long, at which times of the week, and why. */
export function SilenceForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const now = useNow();
  const queries = useQueryClient();
  const { data: fleet } = useQuery(trpc.fleet.summary.queryOptions());
  const zone = fleet?.zone ?? "UTC";
  const [kind, setKind] = useState<"silence" | "maintenance">("silence");
  const [about, setAbout] = useState({ rules: [], nodes: [], cards: [], cluster: [], region: [] } as Record<
    "rules" | "nodes" | "cards" | "cluster" | "region",
    string[]
  >);
  const [hours, setHours] = useState(2);
  const [begins, setBegins] = useState(0);
  const [isRecurring, setRecurring] = useState(false);
  const [weekdays, setWeekdays] = useState<number[]>([]);
  const [between, setBetween] = useState({ from: "22:00", to: "06:00" });
  const [why, setWhy] = useState("");
  const add = useMutation(
    trpc.alerts.addSilence.mutationOptions({
      onSuccess: async () => {
        await queries.invalidateQueries({ queryKey: trpc.alerts.silences.queryKey() });
        onClose();
      },
    }),
  );
  const submit = () => {
    const from = now + begins * MINUTE_MS;
    const where = {
      ...(about.cluster.length > 0 && { cluster: about.cluster }),
      ...(about.region.length > 0 && { region: about.region }),
    };
    add.mutate({
      kind,
      where,
      ruleIds: about.rules,
      nodes: about.nodes,
      cards: about.cards,
      fingerprint: "",
      from,
      to: from + Math.round(hours * HOUR_MS),
      recurs: isRecurring
        ? { weekdays, fromMinute: minuteOf(between.from), toMinute: minuteOf(between.to), zone }
        : null,
      why,
    });
  };
  return (
    <Drawer title={t("silences.form.title")} onClose={onClose}>
      <form
        className="mapping-form"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <NativeSelect
          size="xs"
          label={t("silences.form.kind")}
          value={kind}
          onChange={(event) => setKind(event.currentTarget.value as typeof kind)}
          data={(["silence", "maintenance"] as const).map((value) => ({ value, label: t(`silences.kind.${value}`) }))}
        />
        <p className="muted">{t("silences.form.hint")}</p>
        {(["rules", "cluster", "region", "nodes", "cards"] as const).map((part) => (
          <Lines
            key={part}
            label={t(`silences.form.${part}`)}
            lines={about[part]}
            onChange={(lines) => setAbout({ ...about, [part]: lines })}
          />
        ))}
        <div className="price-fields">
          <NumberInput
            size="xs"
            label={t("silences.form.begins")}
            min={0}
            max={60 * 24 * 30}
            value={begins}
            onChange={(value) => setBegins(Number(value))}
          />
          <NumberInput
            size="xs"
            label={t("silences.form.hours")}
            min={0.25}
            max={MOST_HOURS}
            decimalScale={2}
            value={hours}
            onChange={(value) => setHours(Number(value))}
          />
        </div>
        <Checkbox
          size="xs"
          label={t("silences.form.recurring")}
          checked={isRecurring}
          onChange={(event) => setRecurring(event.currentTarget.checked)}
        />
        {isRecurring && (
          <>
            <fieldset className="route-ticks">
              <legend>{t("silences.form.weekdays")}</legend>
              {WEEKDAYS.map((name, day) => (
                <Checkbox
                  key={name}
                  size="xs"
                  label={t(name)}
                  checked={weekdays.includes(day)}
                  onChange={() =>
                    setWeekdays(weekdays.includes(day) ? weekdays.filter((one) => one !== day) : [...weekdays, day])
                  }
                />
              ))}
            </fieldset>
            <div className="price-fields">
              {(["from", "to"] as const).map((end) => (
                <TextInput
                  key={end}
                  size="xs"
                  type="time"
                  label={t(`silences.form.between.${end}`)}
                  required
                  value={between[end]}
                  onChange={(event) => setBetween({ ...between, [end]: event.currentTarget.value })}
                />
              ))}
            </div>
          </>
        )}
        <Textarea
          size="xs"
          label={t("silences.form.why")}
          description={t("silences.form.whyHint")}
          required
          maxLength={500}
          value={why}
          onChange={(event) => setWhy(event.currentTarget.value)}
        />
        {add.error !== null && (
          <p className="failed" role="alert">
            {t("silences.failed", { why: add.error.message })}
          </p>
        )}
        <div className="review-actions review-actions-end">
          <Button size="compact-sm" variant="subtle" onClick={onClose}>
            {t("silences.cancel")}
          </Button>
          <Button size="compact-sm" type="submit" loading={add.isPending}>
            {t("silences.save")}
          </Button>
        </div>
      </form>
    </Drawer>
  );
}

/** "22:30" → 1350. */
function minuteOf(text: string): number {
  const [hour = 0, minute = 0] = text.split(":").map(Number);
  return hour * 60 + minute;
}
