import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { SourceView } from "../../../db/model/views.ts";
import type { SourcesView } from "../../lib/sources-url.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useMay } from "../../lib/use-me.ts";
import { useNow } from "../../lib/use-now.ts";
import { Forbidden } from "../../parts/Forbidden.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { FaultText } from "./FaultText.tsx";
import { Skew } from "./Skew.tsx";
import { StatusMark } from "./StatusMark.tsx";
import { TargetsPanel } from "./TargetsPanel.tsx";

const COLUMNS = 9;
type Change = (part: Partial<SourcesView>) => void;

/** One row a source; a row opens into its targets. */
export function SourcesPanel(props: { sources: readonly SourceView[]; view: SourcesView; onChange: Change }) {
  const { t } = useTranslation();
  return (
    <PanelFrame title={t("sources.table")}>
      <div className="groups-scroll sources-scroll" tabIndex={0} role="region" aria-label={t("sources.table")}>
        <table className="plain sources">
          <thead>
            <tr>
              <th>{t("sources.name")}</th>
              <th>{t("sources.kind")}</th>
              <th className="num">{t("sources.targets")}</th>
              <th className="num">{t("sources.cards")}</th>
              <th className="num">{t("sources.lastSuccess")}</th>
              <th className="num">{t("sources.samples")}</th>
              <th className="num">{t("sources.skew")}</th>
              <th className="num">{t("sources.backlog")}</th>
              <th>{t("sources.error")}</th>
            </tr>
          </thead>
          <tbody>
            {props.sources.map((source) => (
              <SourceRows key={source.name} source={source} view={props.view} onChange={props.onChange} />
            ))}
          </tbody>
        </table>
      </div>
    </PanelFrame>
  );
}

function SourceRows({ source, view, onChange }: { source: SourceView; view: SourcesView; onChange: Change }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const maySeeAll = useMay("fleet.see");
  const open = view.open === source.name;
  const { name } = source;
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <>
      <tr>
        <th scope="row">
          <button
            type="button"
            className="source-name"
            aria-expanded={open}
            aria-label={open ? t("sources.collapse", { name }) : t("sources.expand", { name })}
            onClick={() => onChange(open ? { open: null } : { open: name, onlyDown: false })}
          >
            <Chevron size={14} aria-hidden />
            {name}
          </button>
          <span className="source-address" title={source.address}>
            {source.address}
          </span>
        </th>
        <td>{t(`sources.kinds.${source.kind}`)}</td>
        <td className="num">
          <TargetsUp source={source} />
        </td>
        <td className="num">{format.count(source.cards)}</td>
        <td className="num" title={format.dateTime(source.lastSuccessAt)}>
          {source.lastSuccessAt === null ? t("sources.never") : format.ago(source.lastSuccessAt, now)}
        </td>
        <td className="num">{format.decimal(source.samplesPerSecond)}</td>
        <td className="num">
          <Skew ms={source.clockSkewMs} />
        </td>
        <td className="num">
          {source.backlogSlots === null
            ? format.decimal(null)
            : t("sources.backlogSlots", { count: source.backlogSlots })}
        </td>
        <td className="source-error">
          <FaultText fault={source.lastFault} error={source.lastError} at={source.lastErrorAt} />
        </td>
      </tr>
      {open && (
        <tr className="source-open">
          <td colSpan={COLUMNS}>
            {maySeeAll ? (
              <TargetsPanel source={name} onlyDown={view.onlyDown} onOnlyDown={(onlyDown) => onChange({ onlyDown })} />
            ) : (
              <Forbidden what={t("targets.table", { name })} right={null} />
            )}
          </td>
        </tr>
      )}
    </>
  );
}

function TargetsUp({ source }: { source: SourceView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const down = source.targetsTotal - source.targetsUp;
  return (
    <span
      className={down > 0 ? "targets-down" : undefined}
      title={down > 0 ? t("sources.someDown", { count: down }) : t("sources.allUp")}
    >
      {down > 0 && <StatusMark up={false} />}
      {t("sources.upOf", { up: format.count(source.targetsUp), total: format.count(source.targetsTotal) })}
    </span>
  );
}
