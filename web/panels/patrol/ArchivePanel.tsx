import { Button, Checkbox, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ArchiveFilter, ArchivePage } from "../../../db/model/patrol-views.ts";
import { REPORT_KINDS } from "../../../db/model/report.ts";
import { isNarrowed } from "../../lib/archive-url.ts";
import { browserClock } from "../../lib/clock.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useMay } from "../../lib/use-me.ts";
import { FacetFilter } from "../../parts/FacetFilter.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { ArchiveTable } from "./ArchiveTable.tsx";
import { CompareBar } from "./CompareBar.tsx";
import { MakeForm } from "./MakeForm.tsx";

const TYPE_MS = 200;

/** The archive: searched, paged, two of it compared, one more made. */
export function ArchivePanel(props: {
  page: ArchivePage;
  filter: ArchiveFilter;
  onFilter: (part: Partial<ArchiveFilter>) => void;
  onNewer: (() => void) | null;
  onOlder: (() => void) | null;
}) {
  const { page, filter } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const mayMake = useMay("reports.write");
  const [isMaking, setMaking] = useState(false);
  const [picked, setPicked] = useState<readonly number[] | null>(null); // null = nothing is being compared
  const isEmpty = page.rows.length === 0;
  return (
    <PanelFrame
      title={t("patrol.reports.list")}
      note={t("patrol.reports.count", { count: page.total, n: format.count(page.total) })}
      actions={
        <>
          {picked === null && (
            <Button size="compact-sm" variant="default" disabled={page.rows.length < 2} onClick={() => setPicked([])}>
              {t("patrol.reports.compare")}
            </Button>
          )}
          {mayMake && (
            <Button size="compact-sm" onClick={() => setMaking(true)}>
              {t("patrol.reports.make")}
            </Button>
          )}
        </>
      }
    >
      <div className="filters">
        <Search q={filter.q} onChange={(q) => props.onFilter({ q })} />
        <FacetFilter
          name={t("patrol.reports.kindName")}
          chosen={filter.kinds}
          choices={REPORT_KINDS.map((kind) => ({
            value: kind,
            label: t(`patrol.kind.${kind}`),
            text: t(`patrol.kind.${kind}`),
          }))}
          onChange={(values) => props.onFilter({ kinds: REPORT_KINDS.filter((kind) => values.includes(kind)) })}
        />
        <Checkbox
          size="xs"
          label={t("patrol.reports.superseded")}
          checked={filter.withSuperseded}
          onChange={(event) => props.onFilter({ withSuperseded: event.currentTarget.checked })}
        />
      </div>
      {picked !== null && <CompareBar rows={page.rows} picked={picked} onStop={() => setPicked(null)} />}
      {isEmpty && isNarrowed(filter) && (
        <div className="panel-empty">
          <h3>{t("patrol.reports.noMatch")}</h3>
          <p>{t("patrol.reports.noMatchLead")}</p>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => props.onFilter({ q: "", kinds: [], definitionId: null })}
          >
            {t("patrol.reports.clear")}
          </Button>
        </div>
      )}
      {isEmpty && !isNarrowed(filter) && (
        <div className="panel-empty">
          <h3>{t("patrol.reports.none")}</h3>
          <p>{t("patrol.reports.noneLead")}</p>
        </div>
      )}
      {!isEmpty && <ArchiveTable rows={page.rows} picked={picked} onPick={setPicked} />}
      {(props.onNewer !== null || props.onOlder !== null) && (
        <div className="archive-pages">
          <Button
            size="compact-sm"
            variant="default"
            disabled={props.onNewer === null}
            onClick={() => props.onNewer?.()}
          >
            {t("patrol.reports.newer")}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            disabled={props.onOlder === null}
            onClick={() => props.onOlder?.()}
          >
            {t("patrol.reports.older")}
          </Button>
        </div>
      )}
      {mayMake && isMaking && <MakeForm onClose={() => setMaking(false)} />}
    </PanelFrame>
  );
}

/** What is typed reaches the address after a breath. */
function Search({ q, onChange }: { q: string; onChange: (q: string) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(q);
  const [before, setBefore] = useState(q);
  if (before !== q) {
    setBefore(q);
    setText(q);
  }
  useEffect(() => {
    if (text === q) return;
    const wait = browserClock.after(TYPE_MS, () => onChange(text));
    return () => wait.cancel();
  }, [text, q, onChange]);
  return (
    <TextInput
      size="xs"
      className="filter-text"
      aria-label={t("patrol.reports.search")}
      placeholder={t("patrol.reports.search")}
      maxLength={200}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
    />
  );
}
