import { useCallback, useState } from "react";
import type { CardRow } from "../../../db/model/views.ts";
import type { BoardView } from "../../lib/board-url.ts";
import type { ChangeBoard } from "../../pages/fleet/use-board-view.ts";

/**
 * The card the keyboard is at: the open one, else the one last stepped on. It is kept by UUID, so it stays
 * with its card when live changes move the rows. `order` says the cards in the order of the table, when a key asks.
 */
export function useActiveCard(order: () => readonly CardRow[], view: BoardView, onChange: ChangeBoard) {
  const [stepped, setStepped] = useState<string | null>(null);
  const active = view.card ?? stepped;
  const activate = useCallback(
    (uuid: string) => {
      setStepped(uuid);
      if (view.card !== null && view.card !== uuid) onChange({ card: uuid }, "replace"); // the drawer follows
    },
    [view.card, onChange],
  );
  const step = (by: 1 | -1) => {
    const rows = order();
    const at = rows.findIndex((row) => row.uuid === active);
    const next = rows[at < 0 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1)];
    if (next !== undefined) activate(next.uuid);
  };
  return { active, activate, step };
}
