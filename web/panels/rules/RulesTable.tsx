import { Button, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { RuleRow } from "../../../db/model/alert-views.ts";
import { RULE_FAMILIES } from "../../../db/model/rule.ts";
import { MINUTE_MS } from "../../../db/model/time.ts";
import { cloneOf, newRule, sendable } from "../../lib/rule-draft.ts";
import { useFormat, useLang } from "../../lib/use-format.ts";
import { useMay } from "../../lib/use-me.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { SeverityWord } from "../../parts/SeverityMark.tsx";
import { trpc } from "../../trpc.ts";
import { RuleForm, type RuleStart } from "./RuleForm.tsx";

/** Which rule the form opens for: one to be changed, or one to begin a new one from; null = from nothing. */
type Asked = { readonly row: RuleRow | null; readonly isNew: boolean };
type Open = (asked: Asked) => void;

/** Every rule by kind: what it says, how it has been doing, and whether it is on. */
export function RulesTable({ rows }: { rows: readonly RuleRow[] }) {
  const { t } = useTranslation();
  const lang = useLang();
  const mayWrite = useMay("rules.write");
  const [find, setFind] = useState("");
  const [asked, setAsked] = useState<Asked | null>(null);
  const taken = useMemo(() => new Set(rows.map(({ rule }) => rule.id)), [rows]);
  const runbooks = useMemo(
    () => [...new Set(rows.map(({ rule }) => rule.runbook).filter((name) => name !== ""))].sort(),
    [rows],
  );
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
        <>
          <TextInput
            size="xs"
            type="search"
            aria-label={t("rules.search")}
            placeholder={t("rules.search")}
            value={find}
            onChange={(event) => setFind(event.currentTarget.value)}
          />
          {mayWrite && (
            <Button size="compact-sm" onClick={() => setAsked({ row: null, isNew: true })}>
              {t("rules.add")}
            </Button>
          )}
        </>
      }
    >
      {shown.length === 0 ? (
        <p className="panel-empty">{t("rules.none")}</p>
      ) : (
        <div className="groups-scroll" tabIndex={0} role="region" aria-label={t("rules.list")}>
          <table className="plain rules">
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
                    <Row key={row.rule.id} row={row} onOpen={mayWrite ? setAsked : null} />
                  ))}
                </tbody>
              );
            })}
          </table>
        </div>
      )}
      {mayWrite && asked !== null && (
        <RuleForm
          key={`${asked.row?.rule.id ?? ""} ${asked.isNew}`}
          start={startOf(asked, taken)}
          taken={taken}
          runbooks={runbooks}
          onClose={() => setAsked(null)}
        />
      )}
    </PanelFrame>
  );
}

function startOf({ row, isNew }: Asked, taken: ReadonlySet<string>): RuleStart {
  if (row === null) return { rule: newRule(), enabled: true, why: "", isNew: true, isBuiltIn: false };
  if (isNew) return { rule: cloneOf(row.rule, taken), enabled: true, why: "", isNew: true, isBuiltIn: false };
  return { rule: row.rule, enabled: row.enabled, why: "", isNew: false, isBuiltIn: row.origin !== "user" };
}

function Row({ row, onOpen }: { row: RuleRow; onOpen: Open | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  const lang = useLang();
  const { rule } = row;
  return (
    <tr className={row.enabled ? "" : "rule-off"}>
      <td className="wide">
        <span className="rule-summary">{rule.summary[lang]}</span>
        <small className="muted">
          <code>{rule.id}</code> · {t("rules.source", { source: rule.source })}
        </small>
        {row.fault !== "" && <small className="failed rule-summary">{t("rules.fault", { why: row.fault })}</small>}
        {!row.isSaid && <small className="muted rule-summary">{t("rules.unsaid")}</small>}
      </td>
      <td>
        <SeverityWord severity={rule.severity} />
      </td>
      <td className="num">{rule.forMs === 0 ? t("rules.atOnce") : `${rule.forMs / MINUTE_MS} min`}</td>
      <td className="num">{format.count(row.open)}</td>
      <td className="num">{format.count(row.fired7d)}</td>
      <td>
        {t(`rules.state.${row.enabled ? "on" : "off"}`)}
        <small className="muted rule-origin">{t(`rules.origin.${row.origin}`)}</small>
      </td>
      <td>
        {onOpen !== null && <Acts row={row} onOpen={onOpen} />}
        <Link className="button-link" to="/alerts" search={{ rule: rule.id }}>
          {t("rules.incidents")}
        </Link>
      </td>
    </tr>
  );
}

function Acts({ row, onOpen }: { row: RuleRow; onOpen: Open }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const changed = () => queries.invalidateQueries({ queryKey: trpc.alerts.rules.queryKey() });
  const save = useMutation(trpc.alerts.saveRule.mutationOptions({ onSettled: changed }));
  const drop = useMutation(trpc.alerts.dropRule.mutationOptions({ onSettled: changed }));
  const [isSure, setSure] = useState(false);
  const { rule, origin, enabled } = row;
  const why = t("rules.whyToggle");
  const error = save.error ?? drop.error;
  if (isSure)
    return (
      <div className="review-actions" role="alertdialog" aria-label={t("rules.removeSure", { id: rule.id })}>
        <p className="rule-summary">{t("rules.removeSure", { id: rule.id })}</p>
        <Button
          size="compact-sm"
          color="red"
          loading={drop.isPending}
          onClick={() => drop.mutate({ ruleId: rule.id, why })}
        >
          {t("rules.remove")}
        </Button>
        <Button size="compact-sm" variant="subtle" onClick={() => setSure(false)}>
          {t("rules.form.cancel")}
        </Button>
      </div>
    );
  return (
    <>
      <div className="review-actions">
        <Button size="compact-sm" variant="default" onClick={() => onOpen({ row, isNew: false })}>
          {t("rules.tune")}
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          loading={save.isPending}
          onClick={() => save.mutate(sendable({ rule, enabled: !enabled, why }))}
        >
          {t(enabled ? "rules.turnOff" : "rules.turnOn")}
        </Button>
        <Button size="compact-sm" variant="subtle" onClick={() => onOpen({ row, isNew: true })}>
          {t("rules.clone")}
        </Button>
        {origin === "tuned" && (
          <Button
            size="compact-sm"
            variant="subtle"
            loading={drop.isPending}
            onClick={() => drop.mutate({ ruleId: rule.id, why })}
          >
            {t("rules.drop")}
          </Button>
        )}
        {origin === "user" && (
          <Button size="compact-sm" variant="subtle" onClick={() => setSure(true)}>
            {t("rules.remove")}
          </Button>
        )}
      </div>
      {error !== null && (
        <p className="failed" role="alert">
          {t("rules.failed", { why: error.message })}
        </p>
      )}
    </>
  );
}
