import type { TFunction } from "i18next";
import { Button, Checkbox } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { CheckRow, ChecksPage } from "../../../db/model/patrol-views.ts";
import { CHECK_GROUPS, CHECK_VERDICTS } from "../../../db/model/patrol.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useMay } from "../../lib/use-me.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { trpc } from "../../trpc.ts";
import { CheckLine } from "./CheckLine.tsx";
import { ItemForm } from "./ItemForm.tsx";
import { Verdict } from "./Verdict.tsx";

const COLUMNS = ["verdict", "item", "measure", "before", "since", "history", "act"] as const;
const NO_OWN = COLUMNS.filter((column) => column !== "act"); // built-in items cannot be acted on

/** The checklist: how it stands in figures, then every item by its group. */
export function ChecksPanel({ page }: { page: ChecksPage }) {
  const { t } = useTranslation();
  const mayWrite = useMay("rules.write");
  const [onlyUrgent, setOnlyUrgent] = useState(false);
  const [edited, setEdited] = useState<CheckRow | "new" | null>(null);
  const shown = page.rows.filter(
    ({ result }) => !onlyUrgent || result.verdict === "bad" || result.verdict === "unknown",
  );
  const columns = mayWrite && page.rows.some(({ origin }) => origin === "own") ? COLUMNS : NO_OWN;
  return (
    <>
      <CheckSums page={page} />
      <PanelFrame
        title={t("patrol.checks.list")}
        actions={
          <>
            <Checkbox
              size="xs"
              label={t("patrol.checks.needsPerson")}
              checked={onlyUrgent}
              onChange={(event) => setOnlyUrgent(event.currentTarget.checked)}
            />
            {mayWrite && (
              <Button size="compact-sm" variant="default" onClick={() => setEdited("new")}>
                {t("patrol.checks.add")}
              </Button>
            )}
          </>
        }
      >
        {page.ranAt === null && (
          <div className="panel-empty">
            <h3>{t("patrol.checks.never")}</h3>
            <p>{waitText(t, page.waits) ?? t("patrol.checks.neverLead")}</p>
          </div>
        )}
        {shown.length === 0 ? (
          <p className="panel-empty">{t("patrol.checks.nothing")}</p>
        ) : (
          <div className="groups-scroll" tabIndex={0} role="region" aria-label={t("patrol.checks.list")}>
            <table className="plain checks">
              <thead>
                <tr>
                  {columns.map((column) => (
                    <th key={column} className={column === "measure" || column === "before" ? "num" : ""}>
                      {t(`patrol.checks.column.${column}`)}
                    </th>
                  ))}
                </tr>
              </thead>
              {CHECK_GROUPS.map((group) => {
                const rows = shown.filter(({ item }) => item.group === group);
                return rows.length === 0 ? null : (
                  <tbody key={group}>
                    <tr className="check-group">
                      <th colSpan={columns.length} scope="rowgroup">
                        {t(`patrol.group.${group}`)}
                      </th>
                    </tr>
                    {rows.map((row) => (
                      <CheckLine
                        key={row.item.id}
                        row={row}
                        currency={page.currency}
                        onEdit={columns === COLUMNS ? () => setEdited(row) : null}
                      />
                    ))}
                  </tbody>
                );
              })}
            </table>
          </div>
        )}
      </PanelFrame>
      {mayWrite && edited !== null && (
        <ItemForm
          key={edited === "new" ? "new" : edited.item.id}
          row={edited === "new" ? null : edited}
          measures={page.measures}
          onClose={() => setEdited(null)}
        />
      )}
    </>
  );
}

/** How many of each verdict, of when, and the way to look again. */
function CheckSums({ page }: { page: ChecksPage }) {
  const { t } = useTranslation();
  const format = useFormat();
  const queries = useQueryClient();
  const mayRun = useMay("alerts.act");
  const run = useMutation(
    trpc.patrol.runChecks.mutationOptions({
      onSettled: () => queries.invalidateQueries({ queryKey: trpc.patrol.checks.queryKey() }),
    }),
  );
  const isRunning = page.isRunning || run.isPending;
  return (
    <div className="patrol-sums">
      <dl className="review-sums">
        {CHECK_VERDICTS.map((verdict) => (
          <div key={verdict}>
            <dt>
              <Verdict verdict={verdict} />
            </dt>
            <dd>{format.count(page.rows.filter(({ result }) => result.verdict === verdict).length)}</dd>
          </div>
        ))}
      </dl>
      <div className="patrol-when">
        {page.ranAt !== null && page.at !== null && (
          <span className="muted">
            {t("patrol.checks.ran", { ran: format.dateTime(page.ranAt), at: format.dateTime(page.at) })}
          </span>
        )}
        {page.nextAt !== null && (
          <span className="muted">{t("patrol.checks.next", { time: format.dateTime(page.nextAt) })}</span>
        )}
        {mayRun && (
          <Button size="compact-sm" loading={isRunning} onClick={() => run.mutate()}>
            {t(isRunning ? "patrol.checks.running" : "patrol.checks.run")}
          </Button>
        )}
        {run.error !== null && (
          <span className="failed" role="alert">
            {t("patrol.checks.failed", { why: run.error.message })}
          </span>
        )}
      </div>
    </div>
  );
}

/** What the first patrol waits for, in words; null = nothing. */
function waitText(t: TFunction, waits: ChecksPage["waits"]): string | null {
  if (waits === null) return null;
  if (waits.slotsOf.length > 0) return t("patrol.checks.waitsSlots", { sources: waits.slotsOf.join(", ") });
  return waits.rules ? t("patrol.checks.waitsRules") : t("patrol.checks.waitsFirst");
}
