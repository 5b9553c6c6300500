import { useTranslation } from "react-i18next";
import type { BookingProgress } from "../../db/model/ledger-views.ts";
import { useFormat } from "../lib/use-format.ts";

/** Older hours are being booked again: figures still move until it is done. Nothing when nothing is. */
export function BookingNotice({ booking }: { booking: BookingProgress | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div role="status" className={booking === null ? "sr" : "board-note booking"}>
      {booking !== null && (
        <>
          <span>
            {t("ledger.booking.says", {
              cause: t(`ledger.booking.${booking.cause}`),
              done: format.count(booking.done),
              total: format.count(booking.of),
              time: format.minute(booking.startedAt),
            })}
          </span>
          <progress max={Math.max(1, booking.of)} value={booking.done} aria-label={t("ledger.booking.label")} />
        </>
      )}
    </div>
  );
}
