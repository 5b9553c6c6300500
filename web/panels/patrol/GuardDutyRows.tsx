import { Button, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** Somebody on duty as it is typed; times are walls' of the console's zone. */
export type DutyDraft = { readonly who: string; readonly reach: string; readonly from: string; readonly to: string };

/** Who is on duty, and from when to when. A new line begins where the one before ends. */
export function GuardDutyRows(props: {
  rows: readonly DutyDraft[];
  window: { readonly from: string; readonly to: string };
  onChange: (rows: readonly DutyDraft[]) => void;
}) {
  const { t } = useTranslation();
  const { rows, window, onChange } = props;
  const put = (i: number, part: Partial<DutyDraft>) =>
    onChange(rows.map((one, at) => (at === i ? { ...one, ...part } : one)));
  const field = (row: DutyDraft, i: number, name: keyof DutyDraft) => (
    <TextInput
      key={name}
      size="xs"
      label={t(`patrol.guard.form.dutyField.${name}`)}
      type={name === "from" || name === "to" ? "datetime-local" : "text"}
      required={name !== "reach"}
      maxLength={100}
      value={row[name]}
      onChange={(event) => put(i, { [name]: event.currentTarget.value })}
    />
  );
  const last = rows.at(-1);
  const begin = last !== undefined && last.to < window.to ? last.to : window.from;
  return (
    <fieldset className="guard-rows">
      <legend>{t("patrol.guard.duty")}</legend>
      {rows.map((row, i) => (
        <div key={i} className="guard-row" role="group" aria-label={row.who === "" ? t("patrol.guard.duty") : row.who}>
          {(["who", "reach", "from", "to"] as const).map((name) => field(row, i, name))}
          <Button size="compact-sm" variant="subtle" onClick={() => onChange(rows.filter((_, at) => at !== i))}>
            {t("patrol.guard.remove")}
          </Button>
        </div>
      ))}
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => onChange([...rows, { who: "", reach: "", from: begin, to: window.to }])}
      >
        {t("patrol.guard.form.dutyAdd")}
      </Button>
    </fieldset>
  );
}
