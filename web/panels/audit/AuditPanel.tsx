import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { AuditFilter, AuditRow as Row } from "../../../db/model/access-views.ts";
import { encodeAudit, NO_AUDIT_FILTER } from "../../lib/audit-url.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { AuditFilters } from "./AuditFilters.tsx";
import { AuditRow } from "./AuditRow.tsx";

/** The record, newest first. A row opens to what it changed. */
export function AuditPanel(props: {
  rows: readonly Row[];
  filter: AuditFilter;
  onChange: (part: Partial<AuditFilter>) => void;
  older: { readonly isThere: boolean; readonly isBusy: boolean; readonly onMore: () => void };
}) {
  const { t } = useTranslation();
  const { rows, filter, older } = props;
  const [open, setOpen] = useState<number | null>(null);
  const isNarrowed = encodeAudit(filter).size > 0;
  return (
    <PanelFrame
      title={t("audit.list")}
      actions={
        <a className="button" href={`/api/audit.csv?${encodeAudit(filter)}`} download>
          CSV
        </a>
      }
    >
      <AuditFilters filter={filter} onChange={props.onChange} />
      {rows.length === 0 && !isNarrowed && (
        <div className="panel-empty">
          <h3>{t("audit.empty")}</h3>
          <p>{t("audit.emptyLead")}</p>
        </div>
      )}
      {rows.length === 0 && isNarrowed && (
        <div className="panel-empty">
          <p>{t("audit.noMatch")}</p>
          <button type="button" className="button" onClick={() => props.onChange(NO_AUDIT_FILTER)}>
            {t("audit.clear")}
          </button>
        </div>
      )}
      {rows.length > 0 && (
        <>
          <div className="groups-scroll" tabIndex={0} role="region" aria-label={t("audit.list")}>
            <table className="plain audit">
              <thead>
                <tr>
                  <th>{t("audit.column.time")}</th>
                  <th>{t("audit.column.actor")}</th>
                  <th>{t("audit.column.action")}</th>
                  <th>{t("audit.column.object")}</th>
                  <th>{t("audit.column.outcome")}</th>
                  <th>{t("audit.column.reason")}</th>
                  <th>{t("audit.column.address")}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <AuditRow
                    key={row.seq}
                    row={row}
                    isOpen={open === row.seq}
                    onOpen={(isOpen) => setOpen(isOpen ? row.seq : null)}
                  />
                ))}
              </tbody>
            </table>
          </div>
          <div className="audit-older">
            {older.isThere ? (
              <Button size="xs" variant="default" loading={older.isBusy} onClick={older.onMore}>
                {t("audit.older")}
              </Button>
            ) : (
              !isNarrowed && <span className="muted">{t("audit.end")}</span>
            )}
          </div>
        </>
      )}
    </PanelFrame>
  );
}
