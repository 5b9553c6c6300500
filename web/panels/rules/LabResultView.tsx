import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { LabIncident, LabResult, LabRun } from "../../../db/model/alert-views.ts";
import { spanText } from "../../lib/span-text.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useSignalText } from "../../lib/use-signal-text.ts";

const MOST_SHOWN = 100;
const SHORT_UUID = 12; // beside its node, enough to tell it from the others
const LISTS = ["added", "missed", "draft", "saved"] as const;
const NOT_REPLAYED = ["source", "money", "promql"] as const;

/** What the draft would have done to the stored days, beside the saved version. */
export function LabResultView({ result }: { result: LabResult }) {
  const { t } = useTranslation();
  const format = useFormat();
  const text = useSignalText();
  const { draft, saved, notKept } = result;
  const rows: readonly (readonly [word: "pages" | "total" | "first" | "most", of: (run: LabRun) => string])[] = [
    ["pages", (run) => format.decimal(run.pagesPerDay, 1)],
    ["total", (run) => format.count(run.total)],
    ["first", (run) => (run.firstAt === null ? t("rules.lab.never") : format.dateTime(run.firstAt))],
    ["most", (run) => format.count(run.mostOpen)],
  ];
  const notSeen = notKept.map((one) => {
    const kind = NOT_REPLAYED.find((known) => known === one);
    return kind === undefined ? text.name(one) : t(`rules.kind.${kind}`);
  });
  return (
    <div role="status">
      <div className="groups-scroll" tabIndex={0} role="region" aria-label={t("rules.lab.sums")}>
        <table className="plain lab-sums">
          <thead>
            <tr>
              <th>{t("rules.lab.window", { from: format.dateTime(result.from), to: format.dateTime(result.to) })}</th>
              <th className="num">{t("rules.lab.draft")}</th>
              <th className="num">{t("rules.lab.saved")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([word, of]) => (
              <tr key={word}>
                <th scope="row">{t(`rules.lab.sum.${word}`)}</th>
                <td className="num">
                  <strong>{of(draft)}</strong>
                </td>
                <td className="num">{saved === null ? "–" : of(saved)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {notSeen.length > 0 && <p className="lab-old">{t("rules.lab.notKept", { signals: notSeen.join(", ") })}</p>}
      <p className="muted">{t("rules.lab.coverage", { share: format.percent(result.coverage) })}</p>
      <LabLists result={result} />
    </div>
  );
}

function LabLists({ result }: { result: LabResult }) {
  const { t } = useTranslation();
  const format = useFormat();
  const of = (list: (typeof LISTS)[number]): readonly LabIncident[] =>
    list === "draft" || list === "saved" ? (result[list]?.incidents ?? []) : result[list];
  const totalOf = (list: (typeof LISTS)[number]): number =>
    list === "draft" || list === "saved" ? (result[list]?.total ?? 0) : result[list].length;
  const possible = LISTS.filter((list) => (result.saved === null ? list === "draft" : true));
  const first = possible.find((list) => totalOf(list) > 0) ?? "draft";
  const [chosen, setChosen] = useState<(typeof LISTS)[number] | null>(null);
  const list = chosen ?? first;
  const shown = of(list).slice(0, MOST_SHOWN);
  return (
    <>
      <div className="review-actions" role="group" aria-label={t("rules.lab.lists")}>
        {possible.map((one) => (
          <Button
            key={one}
            size="compact-sm"
            variant={one === list ? "filled" : "default"}
            aria-pressed={one === list}
            onClick={() => setChosen(one)}
          >
            {t(`rules.lab.list.${one}`, { n: format.count(totalOf(one)) })}
          </Button>
        ))}
      </div>
      {shown.length === 0 ? (
        <p className="panel-empty">{t("rules.lab.none")}</p>
      ) : (
        <div
          className="lab-list"
          tabIndex={0}
          role="region"
          aria-label={t(`rules.lab.list.${list}`, { n: format.count(totalOf(list)) })}
        >
          <table className="plain">
            <thead>
              <tr>
                <th>{t("rules.lab.column.where")}</th>
                <th className="num">{t("rules.lab.column.fired")}</th>
                <th className="num">{t("rules.lab.column.lasted")}</th>
                <th className="num">{t("rules.lab.column.cards")}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((one) => (
                <tr key={`${one.fingerprint} ${one.since}`}>
                  <th scope="row">
                    <bdi className="rule-summary">{placeOf(one)}</bdi>
                  </th>
                  <td className="num">{format.dateTime(one.firedAt)}</td>
                  <td className="num">
                    {one.resolvedAt === null ? t("rules.lab.open") : spanText(one.resolvedAt - one.since, t)}
                  </td>
                  <td className="num">{format.count(one.cards)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {totalOf(list) > shown.length && (
            <p className="muted">{t("rules.lab.more", { n: format.count(totalOf(list) - shown.length) })}</p>
          )}
        </div>
      )}
    </>
  );
}

/** The narrowest names first; whatever else tells it apart after them. */
function placeOf({ labels }: LabIncident): string {
  const { node, card, job, cluster, region, feature, ...rest } = labels;
  const short = node === undefined ? card : card?.slice(0, SHORT_UUID);
  const said = [node, job, short, feature, cluster, region].filter((part) => part !== undefined && part !== "");
  return (said.length === 0 ? Object.values(rest) : said.slice(0, 2)).join(" · ");
}
