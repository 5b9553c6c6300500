import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { REPORT_KINDS, type ReportKind, WHOLE_FLEET } from "../../../db/model/report.ts";
import { dayAt } from "../../lib/day-range.ts";
import { lastPeriodName } from "../../lib/last-period.ts";
import { useNow } from "../../lib/use-now.ts";
import { trpc } from "../../trpc.ts";
import { Drawer } from "../mapping/Drawer.tsx";
import { ScopeFacets } from "./ScopeFacets.tsx";

/** A report made now, of any period that is over and any part of the fleet, for the archive. */
export function MakeForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const now = useNow();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { data: page } = useQuery(trpc.reports.definitions.queryOptions());
  const [kind, setKind] = useState<ReportKind>("weekly");
  const [typed, setTyped] = useState<{ period?: string; zone?: string }>({});
  const [scope, setScope] = useState(WHOLE_FLEET);
  const zone = typed.zone ?? page?.zone ?? "UTC";
  const period = typed.period ?? lastPeriodName(kind, dayAt(now, page?.zone ?? "UTC"));
  const run = useMutation(
    trpc.reports.run.mutationOptions({
      onSuccess: async ({ runId }) => {
        await queries.invalidateQueries({ queryKey: trpc.reports.archive.pathKey() });
        await navigate({ to: "/patrol/reports/$id", params: { id: String(runId) } });
      },
    }),
  );
  return (
    <Drawer title={t("patrol.make.title")} onClose={onClose}>
      <form
        className="mapping-form"
        onSubmit={(event) => {
          event.preventDefault();
          run.mutate({ definitionId: 0, kind, period: period.trim(), zone: zone.trim(), scope });
        }}
      >
        <NativeSelect
          size="xs"
          label={t("patrol.make.kind")}
          value={kind}
          onChange={(event) => {
            setKind(REPORT_KINDS.find((one) => one === event.currentTarget.value) ?? "weekly");
            setTyped(({ zone }) => (zone === undefined ? {} : { zone }));
          }}
          data={REPORT_KINDS.map((value) => ({ value, label: t(`patrol.kind.${value}`) }))}
        />
        <TextInput
          size="xs"
          label={t("patrol.make.period")}
          description={t(`patrol.make.periodHint.${kind}`)}
          required
          maxLength={10}
          value={period}
          onChange={(event) => setTyped({ ...typed, period: event.currentTarget.value })}
        />
        <TextInput
          size="xs"
          label={t("patrol.make.zone")}
          required
          maxLength={64}
          value={zone}
          onChange={(event) => setTyped({ ...typed, zone: event.currentTarget.value })}
        />
        <p className="muted">{t("patrol.make.scopeHint")}</p>
        <ScopeFacets scope={scope} known={page?.scopes ?? WHOLE_FLEET} onChange={setScope} />
        {run.error !== null && (
          <p className="failed" role="alert">
            {t("patrol.make.failed", { why: run.error.message })}
          </p>
        )}
        <div className="review-actions review-actions-end">
          <Button size="compact-sm" variant="subtle" onClick={onClose}>
            {t("patrol.make.cancel")}
          </Button>
          <Button size="compact-sm" type="submit" loading={run.isPending}>
            {t("patrol.make.start")}
          </Button>
        </div>
      </form>
    </Drawer>
  );
}
