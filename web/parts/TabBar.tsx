import { type KeyboardEvent, type ReactNode, useId, useRef } from "react";

/** One of several answers in the same place. Arrow keys move between the tabs; only the chosen one's content exists. */
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
  const onKeyDown = (event: KeyboardEvent) => {
    const way = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const next = props.tabs[(at + way + props.tabs.length) % props.tabs.length];
    if (way === 0 || next === undefined) return;
    event.preventDefault();
    props.onChoose(next.id);
    bar.current?.querySelectorAll<HTMLElement>("[role=tab]")[props.tabs.indexOf(next)]?.focus();
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
