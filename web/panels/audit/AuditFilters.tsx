import { CloseButton, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { AUDIT_OUTCOMES, type AuditFilter } from "../../../db/model/access-views.ts";
import { browserClock } from "../../lib/clock.ts";
import { wallInstant, wallText } from "../../lib/wall-time.ts";
import { useSummary } from "../../live/use-fleet.ts";
import { FacetFilter } from "../../parts/FacetFilter.tsx";
import { OutcomeWord } from "./OutcomeWord.tsx";

/** Typing reaches the address after a breath, not with each letter. */
const TYPE_MS = 250;
const ownZone = new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Text, outcomes and hours; all of them stand in the address. */
export function AuditFilters(props: { filter: AuditFilter; onChange: (part: Partial<AuditFilter>) => void }) {
  const { t } = useTranslation();
  const { filter, onChange } = props;
  const zone = useSummary().data?.zone ?? ownZone;
  return (
    <div className="filters">
      <Search q={filter.q} onChange={(q) => onChange({ q })} />
      <FacetFilter
        name={t("audit.outcomeName")}
        chosen={filter.outcomes}
        choices={AUDIT_OUTCOMES.map((value) => ({
          value,
          label: <OutcomeWord outcome={value} />,
          text: t(`audit.outcome.${value}`),
        }))}
        onChange={(values) => onChange({ outcomes: AUDIT_OUTCOMES.filter((one) => values.includes(one)) })}
      />
      {(["from", "to"] as const).map((end) => (
        <label key={end} className="audit-when">
          <span className="muted">{t(`audit.${end}`)}</span>
          <input
            type="datetime-local"
            className="time-field"
            value={filter[end] === null ? "" : wallText(filter[end], zone)}
            onChange={(event) => onChange({ [end]: wallInstant(event.currentTarget.value, zone) })}
          />
        </label>
      ))}
    </div>
  );
}

function Search({ q, onChange }: { q: string; onChange: (q: string) => void }) {
  const { t } = useTranslation();
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
      onChange(text.trim());
    });
    return () => timer.cancel();
  }, [text, q, onChange]);
  return (
    <TextInput
      size="xs"
      className="filter-text"
      type="search"
      data-filter
      aria-label={t("audit.search")}
      placeholder={t("audit.searchShort")}
      maxLength={200}
      leftSection={<IconSearch size={14} aria-hidden />}
      rightSection={text !== "" && <CloseButton size="sm" aria-label={t("audit.clear")} onClick={() => setText("")} />}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
    />
  );
}
