/** What rules write beside a figure of evidence, by how they write it. First match wins. */
const SAYS = [
  [/^declared$/, "declared"],
  [/^seen$/, "seen"],
  [/^one of its pods failed$/, "podFailed"],
  [/^its pods were started again$/, "podsAgain"],
  [/^its pods run and its chips compute nothing$/, "chipsStill"],
  [/^its pods run; no fault of its cards is known$/, "noFault"],
  [/^nobody says how its pods are$/, "podsUnknown"],
  [/^(?<n>\d+) of (?<of>\d+) cards below (?<share>[\d.]+) %$/, "still"],
  [/^(?<n>\d+) of (?<of>\d+) cards$/, "some"],
  [/^on and off (?<n>\d+) times within (?<of>\d+) minutes$/, "byTurns"],
  [/^median of its job's other cards: (?<n>[\d.]+)$/, "median"],
] as const satisfies readonly (readonly [RegExp, string])[];
export type EvidenceWord = (typeof SAYS)[number][1];
export const EVIDENCE_WORDS: readonly EvidenceWord[] = SAYS.map(([, word]) => word);

const HOLES = { n: "", of: "", share: "" };

/** Which sentence says it, and what fills it; null = a text from outside, to be shown as it is. */
export function evidenceWord(text: string): { readonly word: EvidenceWord; readonly fill: typeof HOLES } | null {
  for (const [pattern, word] of SAYS) {
    const match = pattern.exec(text);
    if (match !== null) return { word, fill: { ...HOLES, ...match.groups } };
  }
  return null;
}
