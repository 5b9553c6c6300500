import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { createTurns } from "./turns.ts";

/** OWASP Password Storage Cheat Sheet: scrypt N=2^14, r=8, p=5, of the same strength as N=2^17, p=1 with 16 MiB in place of 128. */
const [LOG_N, R, P] = [14, 8, 5];
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
      const hash = await inTurn(() => derive(password, salt));
      return `scrypt$${LOG_N}$${R}$${P}$${salt.toString("base64url")}$${hash.toString("base64url")}`;
    },
    async isRight(password, stored) {
      const found = /^scrypt\$14\$8\$5\$([\w-]{22})\$([\w-]{43})$/.exec(stored ?? "");
      const salt = found === null ? dummy : Buffer.from(found[1] ?? "", "base64url");
      const hash = await inTurn(() => derive(password, salt));
      const right = found === null ? Buffer.alloc(HASH_BYTES) : Buffer.from(found[2] ?? "", "base64url");
      return timingSafeEqual(hash, right) && found !== null;
    },
  };
}

const scryptKey = (password: string, salt: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(password.normalize("NFKC"), salt, HASH_BYTES, { N: 2 ** LOG_N, r: R, p: P }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
