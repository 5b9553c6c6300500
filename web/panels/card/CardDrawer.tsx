import type { BoardView } from "../../lib/board-url.ts";
import type { ChangeBoard } from "../../pages/fleet/use-board-view.ts";

export function CardDrawer(_props: { uuid: string; view: BoardView; onChange: ChangeBoard }) {
  return null;
}
