import { useEffect, useLayoutEffect, useRef } from "react";
import { browserClock } from "./clock.ts";
import { keysEnabled } from "./key-taste.ts";

/** What to do on a key ("j", "Escape", "/") or a sequence of two ("g b"). */
export type KeyMap = Readonly<Record<string, (event: KeyboardEvent) => void>>;

const SEQUENCE_MS = 1_000;
let leader: { readonly key: string; readonly at: number } | null = null;

/** Keys of the page. They sleep in fields, while an IME composes, with a modifier, and when switched off. */
export function useKeys(map: KeyMap): void {
  const current = useRef(map);
  useLayoutEffect(() => {
    current.current = map;
  }); // before the next key, not some time after the paint
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || keySleeps(event) || presses(event)) return;
      const now = browserClock.monotonicMs();
      const led = leader !== null && now - leader.at < SEQUENCE_MS ? `${leader.key} ${event.key}` : null;
      const act = (led === null ? undefined : current.current[led]) ?? current.current[event.key];
      if (act !== undefined) {
        event.preventDefault();
        act(event);
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}

/** Enter on a button or a link presses it: that is not the page's Enter. */
function presses(event: KeyboardEvent): boolean {
  return (
    event.key === "Enter" && event.target instanceof Element && event.target.closest("button, a, summary") !== null
  );
}

/** Remembers the first key of a sequence. Mounted once, by the shell; runs after every map has looked at the key. */
export function rememberLeader(event: KeyboardEvent): void {
  leader = !keySleeps(event) && event.key === "g" ? { key: "g", at: browserClock.monotonicMs() } : null;
}

/** Escape always works outside of composition; letters only where they are not text. */
export function keySleeps(event: KeyboardEvent): boolean {
  if (event.isComposing || event.keyCode === 229) return true; // 229: what browsers send while an IME is at work
  if (event.ctrlKey || event.metaKey || event.altKey) return true;
  if (event.key === "Escape") return false;
  if (event.target instanceof Element && isField(event.target)) return true;
  return event.key.length === 1 && !keysEnabled();
}

function isField(target: Element): boolean {
  return target.closest("input, textarea, select, [contenteditable=true]") !== null;
}
