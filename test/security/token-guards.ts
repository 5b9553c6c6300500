import type { Guard } from "./guard.ts";

const STORE = "db/store/api-tokens.ts";
const TOKENS = "server/usecases/access/tokens.ts";
const HELD = "test/server/api/tokens.test.ts";

/** Tokens of programs (AUT-08). */
export const TOKEN_GUARDS: readonly Guard[] = [
  {
    check: "AUT-08",
    what: "a token is kept as a hash only",
    file: TOKENS,
    text: "tokenHash: hashOf(secret)",
    mutant: "tokenHash: secret",
    test: HELD,
  },
  {
    check: "AUT-08",
    what: "a token that was revoked is dead",
    file: STORE,
    text: "AND t.revoked_at_ms IS NULL AND NOT p.is_disabled",
    mutant: "AND NOT p.is_disabled",
    test: HELD,
  },
  {
    check: "AUT-08",
    what: "a token of somebody who was locked out is dead",
    file: STORE,
    text: " AND NOT p.is_disabled",
    mutant: "",
    test: HELD,
  },
  {
    check: "AUT-08",
    what: "a token is over some day",
    file: STORE,
    text: "WHERE t.token_hash = $1 AND t.expires_at_ms > $2",
    mutant: "WHERE t.token_hash = $1 AND $2 IS NOT NULL",
    test: HELD,
  },
  {
    check: "AUT-08",
    what: "what its owner lost a token lost",
    file: "server/domain/access/token-reach.ts",
    text: " && theirs.has(one)",
    mutant: "",
    test: HELD,
  },
  {
    check: "AUT-08",
    what: "a token is given no more than its maker has",
    file: TOKENS,
    text: "if (!mayGive(actor, permissions, teams))",
    mutant: "if (mayGive(actor, permissions, teams) === null)",
    test: HELD,
  },
  {
    check: "AUT-08",
    what: "a token makes no tokens",
    file: TOKENS,
    text: `if (kind !== "person") throw`,
    mutant: `if (kind === "nobody") throw`,
    test: HELD,
  },
  {
    check: "AUT-08",
    what: "a token pushes for what it is bound to",
    file: "server/api/push-door.ts",
    text: "names.find((name) => !sources.includes(name))",
    mutant: "names.find(() => sources.length === 0)",
    test: HELD,
  },
  {
    check: "AUT-08",
    what: "a dead token is not tried as its cookie",
    file: TOKENS,
    text: "if (row === null) return NOBODY;",
    mutant: "if (row === null) return null;",
    test: HELD,
  },
];
