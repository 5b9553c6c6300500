import { type KeyboardEvent, type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { useKeys } from "../lib/use-keys.ts";

/**
 * One of several answers in the same place; only the chosen one's content exists. Arrows, Home and End move between the
 * tabs, [ and ] do from anywhere on the page. On a narrow screen the bar scrolls, and the chosen tab is in sight.
 */
export function TabBar<T extends string>(props: {
  label: string;
  tabs: readonly { readonly id: T; readonly name: string }[];
  chosen: T;
  onChoose: (id: T) => void;
  children: ReactNode;
}) {
  const base = useId();
  const bar = useRef<HTMLDivElement>(null);
  const at = props.tabs.findIndex((tab) => tab.id === props.chosen);
  const count = props.tabs.length;
  const choose = (place: number): boolean => {
    const next = props.tabs[(place + count) % count];
    if (next === undefined) return false;
    props.onChoose(next.id);
    return true;
  };
  useKeys({ "[": () => choose(at - 1), "]": () => choose(at + 1) });
  useLayoutEffect(() => showTab(bar.current, at), [at]);
  const onKeyDown = (event: KeyboardEvent) => {
    const place = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: count - 1 }[event.key];
    if (place === undefined || !choose(place)) return;
    event.preventDefault();
    bar.current?.querySelectorAll<HTMLElement>("[role=tab]")[(place + count) % count]?.focus();
  };
  return (
    <>
      <div ref={bar} className="tabs" role="tablist" aria-label={props.label} onKeyDown={onKeyDown}>
        {props.tabs.map(({ id, name }) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`${base}-${id}`}
            className="tab"
            aria-selected={id === props.chosen}
            aria-controls={`${base}-panel`}
            tabIndex={id === props.chosen ? 0 : -1}
            onClick={() => props.onChoose(id)}
          >
            {name}
          </button>
        ))}
      </div>
      <div id={`${base}-panel`} role="tabpanel" aria-labelledby={`${base}-${props.chosen}`}>
        {props.children}
      </div>
    </>
  );
}

/** Scrolls the bar alone, never the page. */
function showTab(bar: HTMLElement | null, at: number): void {
  const tab = bar?.querySelectorAll<HTMLElement>("[role=tab]")[at];
  if (bar === null || tab === undefined) return;
  const [left, right] = [tab.offsetLeft - bar.offsetLeft, tab.offsetLeft - bar.offsetLeft + tab.offsetWidth];
  if (left < bar.scrollLeft) bar.scrollLeft = left;
  else if (right > bar.scrollLeft + bar.clientWidth) bar.scrollLeft = right - bar.clientWidth;
}
