import { Button, Kbd } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { BulkResult } from "./use-bulk-acknowledge.ts";

/** What can be done with the selected incidents, and what became of the last order. */
export function BulkBar(props: {
  count: number;
  isBusy: boolean;
  result: BulkResult | null;
  onAcknowledge: () => void;
  onClear: () => void;
}) {
  const { t } = useTranslation();
  const { count, result } = props;
  return (
    <>
      {count > 0 && (
        <section className="bulk-bar" aria-label={t("alerts.bulk.label")}>
          <strong>{t("alerts.bulk.selected", { count })}</strong>
          <Button
            size="compact-sm"
            loading={props.isBusy}
            onClick={props.onAcknowledge}
            rightSection={<Kbd size="xs">e</Kbd>}
          >
            {t("alerts.bulk.acknowledge")}
          </Button>
          <Button size="compact-sm" variant="subtle" onClick={props.onClear} rightSection={<Kbd size="xs">Esc</Kbd>}>
            {t("alerts.bulk.clear")}
          </Button>
        </section>
      )}
      <div role="status" className="bulk-result">
        {result !== null && result.done > 0 && <p>{t("alerts.bulk.done", { count: result.done })}</p>}
        {result !== null && result.failed > 0 && (
          <p className="bulk-failed">{t("alerts.bulk.failed", { count: result.failed, why: result.why })}</p>
        )}
      </div>
    </>
  );
}
