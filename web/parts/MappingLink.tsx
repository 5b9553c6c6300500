import type { ReactNode } from "react";

/** The way to the rules that say whose card-time is; `rule` by its name. */
export function MappingLink(props: { rule?: string; className?: string; children: ReactNode }) {
  const { rule, className } = props;
  const search = rule === undefined ? "" : `?rule=${encodeURIComponent(rule)}`;
  return (
    <a href={`/mapping${search}`} {...(className !== undefined && { className })}>
      {props.children}
    </a>
  );
}
