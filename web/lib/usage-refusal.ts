/** What the server says of a unit price, a cost or a source, by how it says it. First match wins. */
const SAYS = [
  [/(?:^|, )feature: there is no "(?<name>[^"]*)"/, "feature"],
  [/(?:^|, )to: it ends at/, "window"],
  [/(?:^|, )amount: it is negative/, "negative"],
  [/^name: "(?<name>[^"]*)" cannot be one/, "name"],
  [/^why: say why/, "why"],
] as const satisfies readonly (readonly [RegExp, string])[];
export type UsageRefusal = (typeof SAYS)[number][1];
export const USAGE_REFUSALS: readonly UsageRefusal[] = SAYS.map(([, word]) => word);

/** Which sentence says a refusal of one fault; null = several, or one nobody foresaw: shown as it is. */
export function usageRefusal(message: string): { readonly word: UsageRefusal; readonly name: string } | null {
  for (const [pattern, word] of SAYS) {
    const match = pattern.exec(message);
    if (match !== null) return { word, name: match.groups?.["name"] ?? "" };
  }
  return null;
}
