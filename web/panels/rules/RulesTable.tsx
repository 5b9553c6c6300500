import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { RuleRow } from "../../../db/model/alert-views.ts";
import { RULE_FAMILIES } from "../../../db/model/rule.ts";
import { MINUTE_MS } from "../../../db/model/time.ts";
import { useFormat, useLang } from "../../lib/use-format.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { trpc } from "../../trpc.ts";
import { RuleReplay } from "./RuleReplay.tsx";

const MARKS = { P1: ["mark-critical", "■"], P2: ["mark-warning", "▲"], P3: ["mark-unknown", "●"] } as const;

/** Every rule by kind: what it says, how it has been doing, and whether it is on. */
export function RulesTable({ rows }: { rows: readonly RuleRow[] }) {
  const { t } = useTranslation();
  const lang = useLang();
  const [find, setFind] = useState("");
  const words = find.trim().toLocaleLowerCase();
  const shown = rows.filter(({ rule }) =>
    [rule.id, rule.summary[lang], t(`alerts.family.${rule.family}`)].some((text) =>
      text.toLocaleLowerCase().includes(words),
    ),
  );
  return (
    <PanelFrame
      title={t("rules.list")}
      actions={
        <input
          type="search"
          className="cost-search"
          aria-label={t("rules.search")}
          placeholder={t("rules.search")}
          value={find}
          onChange={(event) => setFind(event.currentTarget.value)}
        />
      }
    >
      {shown.length === 0 ? (
        <p className="panel-empty">{t("rules.none")}</p>
      ) : (
        <div className="groups-scroll" tabIndex={0} role="region" aria-label={t("rules.list")}>
          <table className="plain">
            <thead>
              <tr>
                <th>{t("rules.column.rule")}</th>
                <th>{t("rules.column.severity")}</th>
                <th className="num">{t("rules.column.waits")}</th>
                <th className="num">{t("rules.column.open")}</th>
                <th className="num">{t("rules.column.fired")}</th>
                <th>{t("rules.column.state")}</th>
                <th>{t("rules.column.act")}</th>
              </tr>
            </thead>
            {RULE_FAMILIES.map((family) => {
              const some = shown.filter(({ rule }) => rule.family === family);
              return some.length === 0 ? null : (
                <tbody key={family}>
                  <tr>
                    <th colSpan={7} scope="rowgroup">
                      {t(`alerts.family.${family}`)}
                    </th>
                  </tr>
                  {some.map((row) => (
                    <Row key={row.rule.id} row={row} />
                  ))}
                </tbody>
              );
            })}
          </table>
        </div>
      )}
    </PanelFrame>
  );
}

function Row({ row }: { row: RuleRow }) {
  const { t } = useTranslation();
  const format = useFormat();
  const lang = useLang();
  const { rule } = row;
  const [mark, sign] = MARKS[rule.severity];
  return (
    <tr className={row.enabled ? "" : "rule-off"}>
      <td>
        <span className="rule-summary">{rule.summary[lang]}</span>
        <small className="muted">
          <code>{rule.id}</code> · {t("rules.source", { source: rule.source })}
        </small>
        {row.fault !== "" && <small className="failed rule-summary">{t("rules.fault", { why: row.fault })}</small>}
        {!row.isSaid && <small className="muted rule-summary">{t("rules.unsaid")}</small>}
      </td>
      <td>
        <span className={mark}>
          <span aria-hidden>{sign} </span>
          {t(`alerts.severity.${rule.severity}`)}
        </span>
      </td>
      <td className="num">{rule.forMs === 0 ? t("rules.atOnce") : `${rule.forMs / MINUTE_MS} min`}</td>
      <td className="num">{format.count(row.open)}</td>
      <td className="num">{format.count(row.fired7d)}</td>
      <td>
        {t(`rules.state.${row.enabled ? "on" : "off"}`)}{" "}
        <small className="muted">{t(`rules.origin.${row.origin}`)}</small>
      </td>
      <td>
        <Acts row={row} />
      </td>
    </tr>
  );
}

function Acts({ row }: { row: RuleRow }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [lab, setLab] = useState<string | null>(null);
  const changed = () => queries.invalidateQueries({ queryKey: trpc.alerts.rules.queryKey() });
  const save = useMutation(trpc.alerts.saveRule.mutationOptions({ onSettled: changed }));
  const drop = useMutation(trpc.alerts.dropRule.mutationOptions({ onSettled: changed }));
  const replay = useMutation(trpc.alerts.startLab.mutationOptions({ onSuccess: setLab }));
  const draft = (enabled: boolean) => ({ rule: sendable(row.rule), enabled, why: t("rules.whyToggle") });
  const error = save.error ?? drop.error ?? replay.error;
  return (
    <>
      <div className="review-actions">
        <Button
          size="compact-sm"
          variant="default"
          loading={save.isPending}
          onClick={() => save.mutate(draft(!row.enabled))}
        >
          {t(row.enabled ? "rules.turnOff" : "rules.turnOn")}
        </Button>
        <Button
          size="compact-sm"
          variant="subtle"
          loading={replay.isPending}
          onClick={() => replay.mutate({ draft: draft(true), days: 7 })}
        >
          {t("rules.lab")}
        </Button>
        {row.origin === "tuned" && (
          <Button
            size="compact-sm"
            variant="subtle"
            loading={drop.isPending}
            onClick={() => drop.mutate({ ruleId: row.rule.id, why: t("rules.whyToggle") })}
          >
            {t("rules.drop")}
          </Button>
        )}
        <Link className="button-link" to="/alerts" search={{ rule: row.rule.id }}>
          {t("rules.incidents")}
        </Link>
      </div>
      {lab !== null && <RuleReplay id={lab} />}
      {error !== null && (
        <p className="failed" role="alert">
          {t("rules.failed", { why: error.message })}
        </p>
      )}
    </>
  );
}

/** As the server takes it: lists of its own, and a condition it judges itself. */
const sendable = ({ where, condition, ...rule }: RuleRow["rule"]) => ({
  ...rule,
  summary: { ...rule.summary },
  condition: { ...condition } as { kind: string },
  where: Object.fromEntries(Object.entries(where).map(([part, values]) => [part, [...(values ?? [])]])),
});
