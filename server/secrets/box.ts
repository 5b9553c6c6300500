/** Sealing what may be stored and never shown, and signing what goes out in links. */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Executor } from "../../db/database.ts";
import type { Place } from "../../db/store/sealed.ts";
import { type DataKey, keyIdOf, openText, SealError, sealText } from "./envelope.ts";

export type Box = {
  /** @param tx what writes the value: the key it is sealed with stays until that commits */
  seal(tx: Executor, text: string, place: Place): Promise<Uint8Array>;
  /** Not inside a transaction: it may have to look a key up. @throws SealError */
  open(sealed: Uint8Array, place: Place): Promise<string>;
  /** A signature over a text, base64url. It stays the same when the installation's key changes. */
  sign(text: string): string;
  /** Whether `signature` is ours; takes the same time for every wrong one. */
  verify(text: string, signature: string): boolean;
};

/** The keys a box works with. */
export type Ring = {
  /** What new values are sealed with, held until `tx` commits. */
  present(tx: Executor): Promise<DataKey>;
  /** null = there is no such key. */
  find(id: number): Promise<Uint8Array | null>;
  readonly signing: Uint8Array;
};

export function openBox(ring: Ring): Box {
  const sign = (text: string): string => createHmac("sha256", ring.signing).update(text).digest("base64url");
  return {
    seal: async (tx, text, place) => sealText(await ring.present(tx), text, place),
    async open(sealed, place) {
      const id = keyIdOf(sealed);
      const key = await ring.find(id);
      if (key === null)
        throw new SealError(`data key ${id} is gone or does not open; put the old key back or enter the secret anew`);
      return openText(key, sealed, place);
    },
    sign,
    verify(text, signature) {
      const [right, given] = [Buffer.from(sign(text)), Buffer.from(signature)];
      return right.length === given.length && timingSafeEqual(right, given);
    },
  };
}
