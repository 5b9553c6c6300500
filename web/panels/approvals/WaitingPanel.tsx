import { useTranslation } from "react-i18next";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { WaitingChange } from "./WaitingChange.tsx";
import type { Outputs } from "../../trpc.ts";

type Approval = Outputs["approvals"]["list"][number];

/** What waits, what one may decide first. */
export function WaitingPanel({ rows, named }: { rows: readonly Approval[]; named: number | null }) {
  const { t } = useTranslation();
  const sorted = rows.toSorted((a, b) => Number(b.mayDecide) - Number(a.mayDecide) || b.askedAt - a.askedAt);
  return (
    <PanelFrame title={t("approvals.waiting")}>
      {rows.length === 0 ? (
        <div className="panel-empty">
          <h3>{t("approvals.none")}</h3>
          <p>{t("approvals.noneLead")}</p>
        </div>
      ) : (
        sorted.map((row) => <WaitingChange key={row.id} row={row} isNamed={row.id === named} />)
      )}
    </PanelFrame>
  );
}
