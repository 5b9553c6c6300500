import { createHash } from "node:crypto";
import { strToU8, zipSync } from "fflate";

/** A file of a bundle. */
export type BundleFile = { readonly name: string; readonly text: string };

/** Zip keeps no time before 1980 and no zone: one instant for every file of every bundle. */
const ONE_TIME = new Date(Date.UTC(2000, 0, 1));

/**
 * The files as a zip with a manifest of their SHA-256, in the form `sha256sum -c` reads. The same files give the same
 * bytes, whenever and wherever it is made.
 */
export function bundle(files: readonly BundleFile[]): Uint8Array {
  const sorted = [...files].sort((a, b) => (a.name < b.name ? -1 : 1));
  const manifest = sorted.map(({ name, text }) => `${sha256(text)}  ${name}\n`).join("");
  const all = [...sorted, { name: "SHA256SUMS", text: manifest }];
  // `mtime` is written in local time: shift it so that every zone writes the same.
  const mtime = new Date(ONE_TIME.getTime() + ONE_TIME.getTimezoneOffset() * 60_000);
  return zipSync(Object.fromEntries(all.map(({ name, text }) => [name, strToU8(text)])), { level: 9, mtime, os: 3 });
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
