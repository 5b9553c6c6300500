import { SegmentedControl } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { DayRange } from "../../db/model/ledger-views.ts";
import { between, isDay, lastDay, RANGE_DAYS, type RangeAsk } from "../lib/day-range.ts";

/** The days a page is about: the last 7, 30 or 90, or from a first to a last day. `range` are the days now shown. */
export function RangePicker(props: { ask: RangeAsk; range: DayRange; onChange: (ask: RangeAsk) => void }) {
  const { t } = useTranslation();
  const { ask, range } = props;
  const isOwn = ask.days === null;
  const [open, setOpen] = useState(isOwn);
  return (
    <div className="range-picker" role="group" aria-label={t("ledger.range.label")}>
      <SegmentedControl
        size="xs"
        aria-label={t("ledger.range.label")}
        value={open || isOwn ? "own" : String(ask.days)}
        onChange={(value) => {
          const days = RANGE_DAYS.find((known) => String(known) === value);
          setOpen(days === undefined);
          if (days !== undefined) props.onChange({ days });
        }}
        data={[
          ...RANGE_DAYS.map((days) => ({ value: String(days), label: t("ledger.range.days", { count: days }) })),
          { value: "own", label: t("ledger.range.own") },
        ]}
      />
      {(open || isOwn) && <OwnDays key={`${range.from} ${range.to}`} range={range} onChange={props.onChange} />}
    </div>
  );
}

function OwnDays({ range, onChange }: { range: DayRange; onChange: (ask: RangeAsk) => void }) {
  const { t } = useTranslation();
  const [from, setFrom] = useState(range.from);
  const [to, setTo] = useState(lastDay(range));
  const isRight = isDay(from) && isDay(to);
  const show = (event: FormEvent) => {
    event.preventDefault();
    if (isRight) onChange(between(from, to));
  };
  return (
    <form className="range-own" onSubmit={show}>
      <input
        type="date"
        className="select"
        aria-label={t("ledger.range.from")}
        value={from}
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      <span aria-hidden>–</span>
      <input
        type="date"
        className="select"
        aria-label={t("ledger.range.to")}
        value={to}
        onChange={(event) => setTo(event.currentTarget.value)}
      />
      <button type="submit" className="button" disabled={!isRight}>
        {t("ledger.range.show")}
      </button>
    </form>
  );
}
