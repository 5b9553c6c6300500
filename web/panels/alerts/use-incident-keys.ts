import { useCallback, useState } from "react";
import type { IncidentRow } from "../../../db/model/alert-views.ts";
import { useKeys } from "../../lib/use-keys.ts";
import { type IncidentLine, stepFrom } from "./incident-lines.ts";

export type IncidentKeys = {
  readonly active: { readonly key: string | null };
  readonly picked: ReadonlySet<number>;
  readonly pick: (id: number) => void;
  readonly clear: () => void;
  /** Acknowledges what is selected, else where the keys stand. */
  readonly acknowledge: () => void;
};

const NOBODY: ReadonlySet<number> = new Set();

/**
 * j and k move, x selects, e acknowledges, Escape lets go; Enter opens, since the keys stand on the incident's link.
 * @param onAcknowledge null = it is not theirs to do, so there is nothing to select either
 */
export function useIncidentKeys(
  lines: readonly IncidentLine[],
  onAcknowledge: ((ids: readonly number[]) => void) | null,
): IncidentKeys {
  const [active, setActive] = useState<{ key: string | null }>({ key: null });
  const [picked, setPicked] = useState<ReadonlySet<number>>(NOBODY);
  const move = (by: 1 | -1) => setActive(({ key }) => ({ key: stepFrom(lines, key, by) }));
  const clear = useCallback(() => setPicked(NOBODY), []);
  const pick = useCallback(
    (id: number) =>
      setPicked((was) => {
        const next = new Set(was);
        if (!next.delete(id)) next.add(id);
        return next;
      }),
    [],
  );
  const here = (): IncidentRow | null => {
    const line = lines.find(({ key }) => key === active.key);
    return line?.kind === "incident" ? line.row : null;
  };
  const acknowledge = () => {
    const row = here();
    const rows = new Map(lines.flatMap((line) => (line.kind === "incident" ? [[line.row.id, line.row] as const] : [])));
    const wanted = picked.size > 0 ? [...picked] : row === null ? [] : [row.id];
    const ids = wanted.filter((id) => rows.get(id)?.ackedBy === "" && rows.get(id)?.phase !== "resolved");
    if (ids.length > 0) onAcknowledge?.(ids);
    if (picked.size === 0 && row !== null) move(1); // what is acknowledged sinks: the keys go on with the next
    clear();
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    ...(onAcknowledge !== null && {
      x: () => {
        const row = here();
        if (row !== null && row.phase !== "resolved") pick(row.id);
      },
      e: acknowledge,
    }),
    ...(picked.size > 0 && { Escape: clear }),
  });
  return { active, picked, pick, clear, acknowledge };
}
