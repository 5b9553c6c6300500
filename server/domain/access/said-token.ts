/** A name before the random part: whoever finds one in a file or a log knows what it is and whom to tell. */
export const TOKEN_PREFIX = "dpn_";
const OURS = /(?<![\w.-])dpn_/i;

/**
 * The token a request says it comes with; null = it says none of ours. Never asked of an address. What only looks like one of
 * ours ("dpn_a b", no Bearer) is "", a token nobody made: it leads nowhere, not to the cookie beside it either.
 */
export function saidToken(authorization = ""): string | null {
  if (!looksLikeOurs(authorization)) return null;
  return /^Bearer +(\S+) *$/i.exec(authorization)?.[1] ?? "";
}

/** Whether a text would be taken for a token of the page of tokens. Signed tokens of others have any letters inside them. */
export const looksLikeOurs = (text: string): boolean => OURS.test(text);
