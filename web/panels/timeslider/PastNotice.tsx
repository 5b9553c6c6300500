import { useTranslation } from "react-i18next";
import type { BoardView as Board } from "../../../db/model/board-views.ts";
import type { BoardView } from "../../lib/board-url.ts";
import { useFormat } from "../../lib/use-format.ts";
import type { ChangeBoard } from "../../pages/fleet/use-board-view.ts";

/** Says that this is not now, which moment it is, and with whose knowledge; and leads back. */
export function PastNotice({
  board,
  view,
  onChange,
}: {
  board: Board | undefined;
  view: BoardView;
  onChange: ChangeBoard;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  if (view.at === null) return null;
  const time = format.dateTime(board?.isLive === false ? board.asOf : view.at);
  const offset = format.offset(view.at);
  return (
    <p className="past-notice" role="status">
      <strong>{t("time.past", { time, offset })}</strong>{" "}
      {view.known === "then" ? t("time.pastThen") : t("time.pastNow")}{" "}
      <button type="button" className="link" onClick={() => onChange({ at: null, known: "then" })}>
        {t("time.back")}
      </button>
    </p>
  );
}
