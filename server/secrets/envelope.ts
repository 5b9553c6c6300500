/** Sealing a text for one row of one column, wrapping the key it is sealed with, and the form before both. Pure but for chance. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import type { Place } from "../../db/store/sealed.ts";

/** Form, number of the data key (4 bytes), nonce, ciphertext, tag. The first form had no number and named no place. */
const FORM = 2;
const FIRST_FORM = 1;
const HEAD_BYTES = 5;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
export const KEY_BYTES = 32;

/** What was sealed does not open: another key, another place, or changed bytes. No piece of a secret is in it. */
export class SealError extends Error {
  override readonly name = "SealError";
}

export type DataKey = { readonly id: number; readonly key: Uint8Array };

/** AES-256-GCM with a fresh random 96-bit nonce; good for 2^32 texts a key, and people type these. */
export function sealText({ id, key }: DataKey, text: string, place: Place): Uint8Array {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt8(FORM, 0);
  head.writeUInt32BE(id, 1);
  return new Uint8Array(Buffer.concat([head, encrypt(key, Buffer.from(text, "utf8"), placeText(head, place))]));
}

/** The number of the data key something is sealed with. @throws SealError when it has another form */
export function keyIdOf(sealed: Uint8Array): number {
  const bytes = Buffer.from(sealed);
  if (bytes[0] === FIRST_FORM) throw new SealError(ELSE);
  if (bytes.length < HEAD_BYTES + NONCE_BYTES + TAG_BYTES || bytes[0] !== FORM)
    throw new SealError("nothing that was sealed by Dapan");
  return bytes.readUInt32BE(1);
}

/** @throws SealError */
export function openText(key: Uint8Array, sealed: Uint8Array, place: Place): string {
  const head = Buffer.from(sealed.subarray(0, HEAD_BYTES));
  return decrypt(key, sealed.subarray(HEAD_BYTES), placeText(head, place)).toString("utf8");
}

const placeText = (head: Buffer, { table, column, row }: Place): string =>
  `dapan ${head.toString("hex")} ${table}.${column} ${row}`;

export type KeyName = { readonly id: number; readonly purpose: "seal" | "sign" };

/** A data key under the installation's, for its row of data_key alone. */
export const wrapKey = (installation: Uint8Array, key: Uint8Array, name: KeyName): Uint8Array =>
  encrypt(derive(installation, "wrap v2"), key, wrapText(name));

/** null = it is wrapped under another key, for another row, or changed. */
export function unwrapKey(installation: Uint8Array, wrapped: Uint8Array, name: KeyName): Uint8Array | null {
  try {
    return new Uint8Array(decrypt(derive(installation, "wrap v2"), wrapped, wrapText(name)));
  } catch {
    return null;
  }
}

const wrapText = ({ id, purpose }: KeyName): string => `dapan data_key ${id} ${purpose}`;

/** What signed before there were data keys: the signing key of every installation, kept when its key changes. */
export const firstSigningKey = (installation: Uint8Array): Uint8Array => derive(installation, "sign v1");

/** Opens the first form, as it was sealed with a key made of the installation's. @throws SealError */
export function openFirstForm(
  installation: Uint8Array,
  sealed: Uint8Array,
  { table, column }: Omit<Place, "row">,
): string {
  if (sealed[0] !== FIRST_FORM) throw new SealError("nothing that was sealed by Dapan");
  return decrypt(derive(installation, "seal v1"), sealed.subarray(1), table === "channel" ? table : `${table}.${column}`).toString("utf8"); // prettier-ignore
}

export const isFirstForm = (sealed: Uint8Array): boolean => sealed[0] === FIRST_FORM;

/** HKDF (RFC 5869): the key somebody has at hand seals nothing itself. */
const derive = (material: Uint8Array, purpose: string): Buffer =>
  Buffer.from(hkdfSync("sha256", material, "dapan", `dapan ${purpose}`, KEY_BYTES));

function encrypt(key: Uint8Array, plain: Uint8Array, bound: string): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(bound));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Uint8Array, sealed: Uint8Array, bound: string): Buffer {
  const end = sealed.length - TAG_BYTES;
  if (end < NONCE_BYTES) throw new SealError("nothing that was sealed by Dapan");
  try {
    const cipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(bound))
      .setAuthTag(sealed.subarray(end));
    return Buffer.concat([cipher.update(sealed.subarray(NONCE_BYTES, end)), cipher.final()]);
  } catch {
    throw new SealError(ELSE);
  }
}

const ELSE = "sealed with another key or for another row, or changed; put the old key back or enter the secret anew";
