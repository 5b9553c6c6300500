import { CloseButton, NativeSelect, SegmentedControl, TextInput } from "@mantine/core";
import { IconSearch, IconX } from "@tabler/icons-react";
import { type Ref, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import {
  INCIDENT_GROUPINGS,
  INCIDENT_SETS,
  type IncidentGrouping,
  type IncidentsPage,
} from "../../../db/model/alert-views.ts";
import { RULE_FAMILIES, SEVERITIES } from "../../../db/model/rule.ts";
import type { AlertsUrl } from "../../lib/alerts-url.ts";
import { browserClock } from "../../lib/clock.ts";
import { useFormat } from "../../lib/use-format.ts";
import { FacetFilter } from "../../parts/FacetFilter.tsx";
import { SeverityWord } from "../../parts/SeverityMark.tsx";
import type { AlertChip } from "./use-alert-filters.ts";

/** Typing reaches the address after a breath, not with each letter. */
const TYPE_MS = 200;

export function IncidentFilters(props: {
  view: AlertsUrl;
  counts: IncidentsPage["counts"];
  chips: readonly AlertChip[];
  onChange: (part: Partial<AlertsUrl>) => void;
  search: Ref<HTMLInputElement>;
  onLeave: () => void;
}) {
  const { t } = useTranslation();
  const { view, counts, onChange } = props;
  return (
    <>
      <div className="filters incident-filters">
        <SetSwitch set={view.set} counts={counts} onChange={(set) => onChange({ set, from: null, to: null })} />
        <Search view={view} onChange={onChange} search={props.search} onLeave={props.onLeave} />
        <FacetFilter
          name={t("alerts.severityName")}
          chosen={view.severities}
          choices={SEVERITIES.map((severity) => ({
            value: severity,
            label: <SeverityWord severity={severity} />,
            text: t(`alerts.severity.${severity}`),
            ...(view.set === "open" && { count: counts[severity] }),
          }))}
          onChange={(values) => onChange({ severities: SEVERITIES.filter((one) => values.includes(one)) })}
        />
        <FacetFilter
          name={t("alerts.familyName")}
          chosen={view.families}
          choices={RULE_FAMILIES.map((family) => ({
            value: family,
            label: t(`alerts.family.${family}`),
            text: t(`alerts.family.${family}`),
          }))}
          onChange={(values) => onChange({ families: RULE_FAMILIES.filter((one) => values.includes(one)) })}
        />
        <NativeSelect
          size="xs"
          className="incident-grouping"
          label={t("alerts.groupName")}
          value={view.group}
          onChange={(event) => onChange({ group: event.currentTarget.value as IncidentGrouping })}
          data={INCIDENT_GROUPINGS.map((group) => ({ value: group, label: t(`alerts.group.${group}`) }))}
        />
      </div>
      {props.chips.length > 0 && (
        <div className="filters chips">
          {props.chips.map(({ id, name, value, without }) => (
            <span key={id} className="chip">
              <span className="chip-name">{name}</span>
              <bdi className="chip-value" title={value}>
                {value}
              </bdi>
              <button type="button" aria-label={t("alerts.about.clear", { name })} onClick={() => onChange(without)}>
                <IconX size={14} aria-hidden />
              </button>
            </span>
          ))}
        </div>
      )}
    </>
  );
}

function SetSwitch(props: {
  set: AlertsUrl["set"];
  counts: IncidentsPage["counts"];
  onChange: (set: AlertsUrl["set"]) => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const { P1, P2, P3, suppressed, pending } = props.counts;
  const count = { open: P1 + P2 + P3, suppressed, pending, resolved: null };
  return (
    <SegmentedControl
      size="xs"
      aria-label={t("alerts.what")}
      value={props.set}
      onChange={props.onChange}
      data={INCIDENT_SETS.map((set) => ({
        value: set,
        label: (
          <span title={t(`alerts.setSays.${set}`)}>
            {t(`alerts.set.${set}`)} {count[set] !== null && format.count(count[set])}
          </span>
        ),
      }))}
    />
  );
}

function Search(props: {
  view: AlertsUrl;
  onChange: (part: Partial<AlertsUrl>) => void;
  search: Ref<HTMLInputElement>;
  onLeave: () => void;
}) {
  const { t } = useTranslation();
  const { view, onChange, search, onLeave } = props;
  const [text, setText] = useTyped(view.q, onChange);
  return (
    <TextInput
      ref={search}
      size="xs"
      className="filter-text"
      type="search"
      aria-label={t("alerts.search")}
      placeholder={t("alerts.searchShort")}
      maxLength={200}
      leftSection={<IconSearch size={14} aria-hidden />}
      rightSection={
        text !== "" && <CloseButton size="sm" aria-label={t("alerts.empty.clear")} onClick={() => setText("")} />
      }
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing || (event.key !== "Enter" && event.key !== "Escape")) return;
        event.preventDefault();
        event.stopPropagation();
        onLeave();
      }}
    />
  );
}

/** What the field shows; it runs ahead of the address while typing, and follows it on Back. */
function useTyped(q: string, onChange: (part: Partial<AlertsUrl>) => void): [string, (text: string) => void] {
  const [text, setText] = useState(q);
  const [sent, setSent] = useState(q);
  if (sent !== q) {
    setSent(q); // the address changed from elsewhere: follow it
    setText(q);
  }
  useEffect(() => {
    if (text.trim() === q) return;
    const timer = browserClock.after(TYPE_MS, () => {
      setSent(text.trim());
      onChange({ q: text.trim() });
    });
    return () => timer.cancel();
  }, [text, q, onChange]);
  return [text, setText];
}
