/** Acts that are no procedures, as the audit calls them, and their words. */
export const OUTSIDE_ACTS: ReadonlyMap<string, string> = new Map([
  ["POST /api/sign-in", "signIn"],
  ["GET /api/oidc/:provider/callback", "provider"],
  ["proxy", "proxy"],
  ["POST /api/link", "link"],
  ["POST /alert-act/:token", "alertAct"],
  ["access link", "setUpLink"],
  ["dapan apply", "apply"],
  ["dapan price import", "priceImport"],
  ["dapan capacity import", "capacityImport"],
  ["dapan secrets rotate", "secretsRotate"],
  ["dapan secrets forget", "secretsForget"],
  ["process", "process"],
  ["unknown", "unknown"],
]);

/** Under `acts`, where the words for an act stand; what has none is shown as it is. */
export const actKey = (action: string): string => {
  const outside = OUTSIDE_ACTS.get(action);
  return outside === undefined ? action : `outside.${outside}`;
};
