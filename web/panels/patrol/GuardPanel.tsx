import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { GuardPage, GuardRow } from "../../../db/model/patrol-views.ts";
import { SCOPE_PARTS } from "../../lib/scope-url.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useMay } from "../../lib/use-me.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { trpc } from "../../trpc.ts";
import { GuardForm } from "./GuardForm.tsx";
import { GuardLook } from "./GuardLook.tsx";

const PHASE = { ahead: "◌", on: "▲", over: "●" } as const;

/** The windows in which nothing may go wrong, those on first. */
export function GuardPanel({ page }: { page: GuardPage }) {
  const { t } = useTranslation();
  const mayWrite = useMay("rules.write");
  const [edited, setEdited] = useState<GuardRow | "new" | null>(null);
  return (
    <>
      <PanelFrame
        title={t("patrol.guard.list")}
        actions={
          mayWrite && (
            <Button size="compact-sm" onClick={() => setEdited("new")}>
              {t("patrol.guard.add")}
            </Button>
          )
        }
      >
        {page.windows.length === 0 ? (
          <div className="panel-empty">
            <h3>{t("patrol.guard.none")}</h3>
            <p>{t("patrol.guard.noneLead")}</p>
          </div>
        ) : (
          page.windows.map((row) => <Window key={row.id} row={row} onEdit={mayWrite ? () => setEdited(row) : null} />)
        )}
      </PanelFrame>
      {mayWrite && edited !== null && (
        <GuardForm
          key={edited === "new" ? "new" : edited.id}
          row={edited === "new" ? null : edited}
          page={page}
          onClose={() => setEdited(null)}
        />
      )}
    </>
  );
}

function Window({ row, onEdit }: { row: GuardRow; onEdit: (() => void) | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  const scope = SCOPE_PARTS.flatMap(([part]) => row.scope[part]);
  const percent = `${format.count(Math.round(row.stricter.waitScale * 100))} %`;
  return (
    <article className="guard">
      <header>
        <h3>{row.name}</h3>
        <span>
          <span aria-hidden className={row.phase === "on" ? "mark-warning" : "mark-unknown"}>
            {PHASE[row.phase]}{" "}
          </span>
          {t(`patrol.guard.phase.${row.phase}`)}
        </span>
        <span className="muted">
          {t("patrol.guard.when", { from: format.dateTime(row.from), to: format.dateTime(row.to) })}
        </span>
        {onEdit !== null && <GuardActs row={row} onEdit={onEdit} />}
      </header>
      <dl className="guard-facts">
        <div>
          <dt>{t("patrol.guard.owner")}</dt>
          <dd>{row.owner}</dd>
        </div>
        <div>
          <dt>{t("patrol.scope.label")}</dt>
          <dd>{scope.length === 0 ? t("patrol.scope.all") : scope.join(", ")}</dd>
        </div>
        <div>
          <dt>{t("patrol.guard.duty")}</dt>
          <dd>
            {row.duty.length === 0 && t("patrol.guard.dutyNone")}
            {row.duty.map((one) => (
              <span key={`${one.who} ${one.from}`} className="guard-duty">
                {one.who} <span className="muted">{one.reach}</span>{" "}
                {!(one.from <= row.from && one.to >= row.to) && (
                  <span className="muted">
                    {t("patrol.guard.when", { from: format.dateTime(one.from), to: format.dateTime(one.to) })}
                  </span>
                )}
              </span>
            ))}
          </dd>
        </div>
        <div>
          <dt>{t("patrol.guard.topic.rules")}</dt>
          <dd>
            {row.stricter.waitScale >= 1 ? t("patrol.guard.asAlways") : t("patrol.guard.stricter", { percent })}{" "}
            {row.stricter.families.length > 0 &&
              t("patrol.guard.families", { families: row.stricter.families.join(", ") })}
            {(row.stricter.thresholds ?? []).map(({ ruleId, value }) => (
              <span key={ruleId} className="guard-duty">
                {t("patrol.guard.figure", { rule: ruleId, value: String(value) })}
              </span>
            ))}
          </dd>
        </div>
      </dl>
      <div className="guard-looks">
        <GuardLook id={row.id} which="readiness" report={row.readiness} isOpen={row.phase !== "over"} />
        {row.phase !== "ahead" && (
          <GuardLook id={row.id} which="closing" report={row.closing} isOpen={row.phase === "over"} />
        )}
      </div>
    </article>
  );
}

function GuardActs({ row, onEdit }: { row: GuardRow; onEdit: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [isSure, setSure] = useState(false);
  const remove = useMutation(
    trpc.patrol.removeGuard.mutationOptions({
      onSettled: () => queries.invalidateQueries({ queryKey: trpc.patrol.guard.queryKey() }),
    }),
  );
  if (isSure)
    return (
      <div
        className="review-actions guard-acts"
        role="alertdialog"
        aria-label={t("patrol.guard.removeSure", { name: row.name })}
      >
        <span>{t("patrol.guard.removeSure", { name: row.name })}</span>
        <Button size="compact-sm" color="red" loading={remove.isPending} onClick={() => remove.mutate({ id: row.id })}>
          {t("patrol.guard.remove")}
        </Button>
        <Button size="compact-sm" variant="subtle" onClick={() => setSure(false)}>
          {t("patrol.guard.cancel")}
        </Button>
        {remove.error !== null && (
          <span className="failed" role="alert">
            {t("patrol.guard.failed", { why: remove.error.message })}
          </span>
        )}
      </div>
    );
  return (
    <div className="review-actions guard-acts">
      <Button size="compact-sm" variant="subtle" onClick={onEdit}>
        {t("patrol.guard.edit")}
      </Button>
      <Button size="compact-sm" variant="subtle" onClick={() => setSure(true)}>
        {t("patrol.guard.remove")}
      </Button>
    </div>
  );
}
