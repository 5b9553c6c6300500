/** Why the server did not take a rule, and at which of its parts: "condition.of[1].threshold". "" = of none in particular. */
export type Refusal = { readonly place: string; readonly why: string };

const PLACE = /^((?:[a-zA-Z]+|\d+)(?:\.[a-zA-Z]+|\.\d+|\[\d+\])*): (.+)$/s;

/** Reads the place at the head of a refusal; whatever has none is kept as it is. */
export function refusalOf(message: string): Refusal {
  const bare = message.replace(/^rule "[^"]*": /, "").replace(/^(?:draft\.)?(?:rule\.)?/, "");
  const [, place, why] = PLACE.exec(bare) ?? [];
  return place === undefined || why === undefined ? { place: "", why: bare } : { place, why };
}

/** What was said of this part, or of an entry of its list. */
export function saidOf(refusal: Refusal | null, place: string): string | null {
  if (refusal === null) return null;
  const rest = refusal.place.startsWith(place) ? refusal.place.slice(place.length) : null;
  return rest !== null && /^(?:\.\d+)?$/.test(rest) ? refusal.why : null;
}
