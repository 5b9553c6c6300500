import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { CardEventView } from "../../../db/model/views.ts";

/** An event in a few words, without its detail. */
export function useEventText(): (event: CardEventView) => string {
  const { t } = useTranslation();
  return useCallback(
    (event) => {
      const { kind, code, count } = event;
      switch (kind) {
        case "xid":
        case "npu_fault":
          return t(`event.${kind}`, { code: String(code) });
        case "ecc_uncorrected":
        case "row_remap":
        case "nvlink_error":
        case "pcie_replay":
          return t(`event.${kind}`, { count });
        case "throttled":
          return t("event.throttled", { seconds: Math.round(count / 1_000) });
        case "appeared":
        case "moved":
        case "swapped_out":
        case "swapped_in":
        case "returned":
        case "seen_after_return":
        case "remap_failed":
        case "dropped":
        case "came_back":
        case "exporter_lost":
        case "exporter_back":
        case "node_lost":
        case "node_back":
        case "kernel":
          return t(`event.${kind}`);
      }
    },
    [t],
  );
}
