import { useTranslation } from "react-i18next";
import type { HolderMatch } from "../../../db/model/feature.ts";
import type { MappingFault, MappingPage } from "../../../db/model/mapping-views.ts";
import { usePatternWords } from "../../lib/pattern-words.ts";

/** Rules and what is wrong with them, in the reader's words. */
export function useMappingWords(page: Pick<MappingPage, "features">) {
  const { t } = useTranslation();
  const names = new Map(page.features.map(({ key, name }) => [key, name]));
  const patternWords = usePatternWords();
  const wayOut = ({ code, value, hint, say }: MappingFault): string => {
    if (code === "bad_pattern") return patternWords(hint, value);
    return say === undefined ? hint : t(`mapping.hint.${say.key}`, { with: say.with });
  };
  const sentence = (fault: MappingFault): string =>
    t(`mapping.fault.${fault.code}`, { value: fault.value, hint: wayOut(fault) });
  return {
    sentence,
    /** Why a field cannot be so; undefined = nothing is wrong there. */
    at: (faults: readonly MappingFault[], where: string): string | undefined =>
      faults
        .filter((fault) => fault.where === where)
        .map(sentence)
        .join(" ") || undefined,
    /** "" = nobody's. */
    feature: (key: string): string =>
      key === "" ? t("mapping.nobody") : key === "unattributed" ? t("mapping.unattributed") : (names.get(key) ?? key),
    match: ({ labels = {}, ...texts }: HolderMatch): string => {
      const parts = (["cluster", "namespace", "pod", "owner"] as const).flatMap((field) => {
        const pattern = texts[field];
        return pattern === undefined ? [] : [t(`mapping.looksAt.${field}`, { pattern })];
      });
      const named = Object.entries(labels).map(([name, pattern]) => t("mapping.looksAt.label", { name, pattern }));
      return [...parts, ...named].join(" · ") || t("mapping.anyone");
    },
    holds: (from = "", to = ""): string => {
      if (from === "") return to === "" ? t("mapping.ever") : t("mapping.holds.to", { to });
      return to === "" ? t("mapping.holds.from", { from }) : t("mapping.holds.both", { from, to });
    },
  };
}
