import { SegmentedControl } from "@mantine/core";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { BoardView } from "../../lib/board-url.ts";
import { browserClock } from "../../lib/clock.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useNow } from "../../lib/use-now.ts";
import type { ChangeBoard } from "../../pages/fleet/use-board-view.ts";
import { fieldMoment, fieldText, momentOf, moveBy, STEPS, sliderRange, stepOf } from "./slider-steps.ts";

/** Sliding asks for a board once the hand rests, not on each pixel. */
const REST_MS = 180;
const BUTTONS = [
  { id: "dayBack", ms: -1 * STEPS.day },
  { id: "hourBack", ms: -1 * STEPS.hour },
  { id: "slotBack", ms: -1 * STEPS.slot },
] as const;
const FORWARD = [
  { id: "slotOn", ms: STEPS.slot },
  { id: "hourOn", ms: STEPS.hour },
  { id: "dayOn", ms: STEPS.day },
] as const;

/** Which moment the board shows, and with the knowledge of which moment. */
export function TimeSlider({ view, zone, onChange }: { view: BoardView; zone: string; onChange: ChangeBoard }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const [at, slide, set] = useResting(view.at, onChange);
  const { to, steps } = sliderRange(now);
  const move = (ms: number) => set(moveBy(at, ms, browserClock.now()));
  const onKeyDown = (event: KeyboardEvent) => {
    const ms = keyStep(event);
    if (ms === null) return;
    event.preventDefault();
    slide(moveBy(at, ms, browserClock.now()));
  };
  return (
    <div className="time" role="group" aria-label={t("time.label")}>
      <StepButtons buttons={BUTTONS} onMove={move} />
      <input
        type="range"
        className="time-range"
        aria-label={t("time.slider")}
        aria-valuetext={at === null ? t("time.now") : format.dateTime(at)}
        min={0}
        max={steps}
        step={1}
        value={stepOf(at, now)}
        onChange={(event) => slide(momentOf(event.currentTarget.valueAsNumber, browserClock.now()))}
        onKeyDown={onKeyDown}
      />
      <StepButtons buttons={FORWARD} onMove={move} />
      <DateField at={at} zone={zone} to={to} onPick={set} />
      <button type="button" className="button time-now" aria-pressed={at === null} onClick={() => set(null)}>
        {t("time.now")}
      </button>
      {view.at !== null && (
        <SegmentedControl
          size="xs"
          aria-label={t("time.known")}
          value={view.known}
          onChange={(known) => onChange({ known: known === "now" ? "now" : "then" }, "replace")}
          data={[
            { value: "then", label: t("time.knownThen") },
            { value: "now", label: t("time.knownNow") },
          ]}
        />
      )}
    </div>
  );
}

/** Arrows: a slot; with Shift an hour; PageUp and PageDown: a day. */
function keyStep(event: KeyboardEvent): number | null {
  const size = event.shiftKey ? STEPS.hour : STEPS.slot;
  switch (event.key) {
    case "ArrowLeft":
    case "ArrowDown":
      return -1 * size;
    case "ArrowRight":
    case "ArrowUp":
      return size;
    case "PageDown":
      return -1 * STEPS.day;
    case "PageUp":
      return STEPS.day;
    default:
      return null;
  }
}

function StepButtons(props: {
  buttons: readonly {
    readonly id: (typeof BUTTONS)[number]["id"] | (typeof FORWARD)[number]["id"];
    readonly ms: number;
  }[];
  onMove: (ms: number) => void;
}) {
  const { t } = useTranslation();
  return (
    <div className="time-steps">
      {props.buttons.map(({ id, ms }) => (
        <button
          key={id}
          type="button"
          className="button"
          aria-label={t(`time.say.${id}`)}
          onClick={() => props.onMove(ms)}
        >
          {t(`time.step.${id}`)}
        </button>
      ))}
    </div>
  );
}

/** The moment while it moves, and after: the address follows when it rests, so that Back goes to what was looked at. */
function useResting(
  at: number | null,
  onChange: ChangeBoard,
): [number | null, (at: number | null) => void, (at: number | null) => void] {
  const [moving, setMoving] = useState<{ at: number | null } | null>(null);
  const [seen, setSeen] = useState(at);
  if (seen !== at) {
    setSeen(at); // the address changed: it is right
    setMoving(null);
  }
  useEffect(() => {
    if (moving === null) return;
    const timer = browserClock.after(REST_MS, () => {
      setMoving(null);
      onChange({ at: moving.at });
    });
    return () => timer.cancel();
  }, [moving, onChange]);
  return [moving === null ? at : moving.at, (next) => setMoving({ at: next }), (next) => onChange({ at: next })];
}

/** Typing a date goes through half-written ones: it is taken when the field is left, on Enter, or after a pause. */
const TYPE_MS = 900;

function DateField(props: { at: number | null; zone: string; to: number; onPick: (at: number | null) => void }) {
  const { t } = useTranslation();
  const { at, zone, to, onPick } = props;
  const [draft, setDraft] = useState<string | null>(null);
  const label = t("time.field", { zone });
  const take = () => {
    const picked = draft === null ? null : fieldMoment(draft, zone);
    setDraft(null);
    if (picked !== null) onPick(picked >= to ? null : picked);
  };
  const latest = useRef(take);
  useEffect(() => {
    latest.current = take;
  });
  useEffect(() => {
    if (draft === null) return;
    const timer = browserClock.after(TYPE_MS, () => latest.current());
    return () => timer.cancel();
  }, [draft]);
  return (
    <input
      type="datetime-local"
      className="time-field"
      aria-label={label}
      title={label}
      step={300}
      max={fieldText(to, zone)}
      value={draft ?? fieldText(at ?? to, zone)}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={take}
      onKeyDown={(event) => event.key === "Enter" && take()}
    />
  );
}
