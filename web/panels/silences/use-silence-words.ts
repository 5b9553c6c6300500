import { useTranslation } from "react-i18next";
import type { SilenceRow } from "../../../db/model/alert-views.ts";

const PARTS = ["vendor", "region", "zone", "cluster", "model", "billing", "feature", "team"] as const;

/** What a silence is about, and when it recurs, in a few words. */
export function useSilenceWords() {
  const { t } = useTranslation();
  const about = (row: SilenceRow): string => {
    const said = (part: (typeof PARTS)[number] | "rule" | "node" | "card", values: readonly string[]) =>
      values.length === 0 ? [] : [t(`silences.about.${part}`, { values: values.join(", ") })];
    return [
      ...(row.fingerprint === "" ? [] : [t("silences.about.incident")]),
      ...said("rule", row.ruleIds),
      ...said("node", row.nodes),
      ...said("card", row.cards),
      ...PARTS.flatMap((part) => said(part, row.where[part] ?? [])),
    ].join(" · ");
  };
  const recurs = ({ recurs: each }: SilenceRow): string => {
    if (each === null) return "";
    const days =
      each.weekdays.length === 0
        ? t("silences.everyDay")
        : each.weekdays.map((day) => t(WEEKDAYS[day] ?? WEEKDAYS[0])).join(" ");
    return t("silences.recurs", { days, from: clock(each.fromMinute), to: clock(each.toMinute), zone: each.zone });
  };
  return { about, recurs };
}

/** The keys of the weekdays' short names, 0 = Sunday. */
export const WEEKDAYS = [
  "silences.weekday.sun",
  "silences.weekday.mon",
  "silences.weekday.tue",
  "silences.weekday.wed",
  "silences.weekday.thu",
  "silences.weekday.fri",
  "silences.weekday.sat",
] as const;

/** 90 → 01:30. */
const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
