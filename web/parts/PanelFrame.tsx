import { type ReactNode, useId } from "react";
import { ErrorBoundary } from "./ErrorBoundary.tsx";

/** The frame of one question: its title, what can be done with it, its answer. A fault inside stays inside. */
export function PanelFrame(props: {
  title: string;
  note?: ReactNode;
  actions?: ReactNode;
  className?: string;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section className={`panel ${props.className ?? ""}`} aria-labelledby={id}>
      <header className="panel-head">
        <h2 id={id}>{props.title}</h2>
        {props.note !== undefined && <span className="panel-note">{props.note}</span>}
        {props.actions !== undefined && <div className="panel-actions">{props.actions}</div>}
      </header>
      <ErrorBoundary what={props.title}>{props.children}</ErrorBoundary>
    </section>
  );
}
