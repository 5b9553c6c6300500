import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { createTurns } from "./turns.ts";

type Cost = { readonly logN: number; readonly p: number };
/**
 * OWASP Password Storage Cheat Sheet: scrypt N=2^13, r=8, p=10, of the same strength as N=2^17, p=1 with 8 MiB in place of
 * 128. Each thread that hashes keeps its block: with 16 MiB a flood of sign-ins left the process 65 MiB larger, with 8 it is 33.
 */
const COST: Cost = { logN: 13, p: 10 };
const COSTS: readonly Cost[] = [COST, { logN: 14, p: 5 }]; // the second: hashes of before
const R = 8;
const HASH_BYTES = 32;

export const LEAST_PASSWORD = 12;
export const MOST_PASSWORD = 128;

export type Passwords = {
  hash(password: string): Promise<string>;
  /** `stored` null = nobody has it: takes as long as a wrong one (AUT-03). */
  isRight(password: string, stored: string | null): Promise<boolean>;
};

/** Hashing, two at a time. @throws ServiceError unavailable when fifty wait already */
export function createPasswords(derive: typeof scryptKey = scryptKey): Passwords {
  const inTurn = createTurns();
  const dummy = Buffer.alloc(16);
  return {
    async hash(password) {
      const salt = randomBytes(16);
      const hash = await inTurn(() => derive(password, salt, COST));
      return `${nameOf(COST)}${salt.toString("base64url")}$${hash.toString("base64url")}`;
    },
    async isRight(password, stored) {
      const cost = COSTS.find((one) => stored?.startsWith(nameOf(one)));
      const found = /\$([\w-]{22})\$([\w-]{43})$/.exec(cost === undefined ? "" : (stored ?? ""));
      const salt = found === null ? dummy : Buffer.from(found[1] ?? "", "base64url");
      const hash = await inTurn(() => derive(password, salt, cost ?? COST));
      const right = found === null ? Buffer.alloc(HASH_BYTES) : Buffer.from(found[2] ?? "", "base64url");
      return timingSafeEqual(hash, right) && found !== null;
    },
  };
}

const nameOf = ({ logN, p }: Cost): string => `scrypt$${logN}$${R}$${p}$`;

const scryptKey = (password: string, salt: Buffer, { logN, p }: Cost): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(password.normalize("NFKC"), salt, HASH_BYTES, { N: 2 ** logN, r: R, p }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
