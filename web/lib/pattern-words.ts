import { useCallback } from "react";
import { useTranslation } from "react-i18next";

/** Why RE2 cannot read a pattern, by the words its engine begins with: they are the same in the browser and the server. */
const REASONS = [
  ["missing closing )", "paren"],
  ["missing closing ]", "bracket"],
  ["unexpected )", "extraParen"],
  ["missing argument to repetition", "repeatsNothing"],
  ["invalid nested repetition", "repeatsTwice"],
  ["invalid repeat count", "count"],
  ["invalid character class range", "range"],
  ["invalid escape sequence", "escape"],
  ["trailing backslash", "backslash"],
  ["invalid or unsupported Perl syntax", "perl"],
  ["invalid named capture", "name"],
  ["duplicate capture group name", "name"],
  ["expression nests too deeply", "deep"],
  ["expression too large", "large"],
  ["it repeats too much", "large"],
] as const;

type Reason = (typeof REASONS)[number][1];
type WayOut = "shell" | "ahead";

/** What a hint about a pattern says; null = something else, to be shown as it is. */
export function reasonOf(hint: string, pattern: string): { readonly why: Reason; readonly out: WayOut | null } | null {
  const why = REASONS.find(([begins]) => hint.startsWith(begins))?.[1];
  if (why === undefined) return null;
  const out = /^[*+?]/.test(pattern) ? "shell" : /\(\?(?:[=!]|<[=!])/.test(pattern) ? "ahead" : null;
  return { why, out };
}

/** A hint about a pattern in the reader's words. */
export function usePatternWords(): (hint: string, pattern: string) => string {
  const { t } = useTranslation();
  return useCallback(
    (hint, pattern) => {
      const reason = reasonOf(hint, pattern);
      if (reason === null) return hint;
      const why = t(`mapping.pattern.${reason.why}`);
      return reason.out === null ? why : t("mapping.pattern.both", { why, out: t(`mapping.pattern.${reason.out}`) });
    },
    [t],
  );
}
