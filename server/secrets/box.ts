/** Sealing what may be stored and never shown, and signing what goes out in links: one key, never used itself. */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";

/** Version, then nonce, ciphertext, tag. A key that is changed some day gets the next version. */
const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
/** Fewer bytes of key material are a password somebody chose. */
export const LEAST_KEY_BYTES = 32;

/** The key does not fit what was sealed, or the bytes were changed. */
export class SealError extends Error {
  override readonly name = "SealError";
}

export type Box = {
  /** @param purpose what it is for: sealed for one thing it opens for nothing else */
  seal(text: string, purpose: string): Uint8Array;
  /** @throws SealError */
  open(sealed: Uint8Array, purpose: string): string;
  /** A signature over a text, base64url. */
  sign(text: string): string;
  /** Whether `signature` is ours; takes the same time for every wrong one. */
  verify(text: string, signature: string): boolean;
};

/**
 * AES-256-GCM with a fresh nonce for each text; HMAC-SHA256 for signatures; both keys by HKDF (RFC 5869) from the
 * material. Nonces are random: fine for 2^32 sealings, and channels are saved by hand.
 * @throws RangeError when the material is shorter than 32 bytes
 */
export function openBox(material: Uint8Array): Box {
  if (material.length < LEAST_KEY_BYTES)
    throw new RangeError(`the secret key has ${material.length} bytes, at least ${LEAST_KEY_BYTES} are needed`);
  const derived = (purpose: string): Buffer =>
    Buffer.from(hkdfSync("sha256", material, "dapan", `dapan ${purpose} v${VERSION}`, KEY_BYTES));
  const sealing = derived("seal");
  const signing = derived("sign");
  const sign = (text: string): string => createHmac("sha256", signing).update(text).digest("base64url");
  return {
    seal(text, purpose) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", sealing, nonce).setAAD(Buffer.from(purpose));
      const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return new Uint8Array(Buffer.concat([Buffer.from([VERSION]), nonce, sealed, cipher.getAuthTag()]));
    },
    open(sealed, purpose) {
      const bytes = Buffer.from(sealed);
      const end = bytes.length - TAG_BYTES;
      if (end < 1 + NONCE_BYTES || bytes[0] !== VERSION) throw new SealError("nothing that was sealed by Dapan");
      try {
        const nonce = bytes.subarray(1, 1 + NONCE_BYTES);
        const cipher = createDecipheriv("aes-256-gcm", sealing, nonce, { authTagLength: TAG_BYTES })
          .setAAD(Buffer.from(purpose))
          .setAuthTag(bytes.subarray(end));
        return Buffer.concat([cipher.update(bytes.subarray(1 + NONCE_BYTES, end)), cipher.final()]).toString("utf8");
      } catch {
        throw new SealError("sealed with another key, or changed; put the old key back or enter the secret anew");
      }
    },
    sign,
    verify(text, signature) {
      const [right, given] = [Buffer.from(sign(text)), Buffer.from(signature)];
      return right.length === given.length && timingSafeEqual(right, given);
    },
  };
}
