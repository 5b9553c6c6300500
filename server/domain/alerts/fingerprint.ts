import type { Labels } from "../../../db/model/incident.ts";

/**
 * The identity of a finding: its rule and what it is about, and nothing that changes. 128 bits as 32 hex digits, the same
 * in every process. Labels count in the order of their names, and a length stands before each text, so no two findings
 * spell alike. FNV-1a over UTF-16 code units, in four lanes with offsets of their own: the domain takes no library, and
 * nobody gains by a collision.
 */
export function fingerprintOf(ruleId: string, labels: Labels): string {
  const names = Object.keys(labels).sort();
  const parts = [ruleId, ...names.flatMap((name) => [name, labels[name] ?? ""])];
  const text = parts.map((part) => `${part.length}:${part}`).join("");
  return LANES.map((offset) => hash(text, offset)).join("");
}

const LANES = [0x811c9dc5, 0x01000193, 0x9e3779b9, 0x7f4a7c15] as const;
const PRIME = 0x01000193;

function hash(text: string, offset: number): string {
  let sum = offset;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    sum = Math.imul(sum ^ (unit & 0xff), PRIME);
    sum = Math.imul(sum ^ (unit >>> 8), PRIME);
  }
  sum ^= sum >>> 15; // the last units reach every bit
  sum = Math.imul(sum, 0x85ebca6b);
  sum ^= sum >>> 13;
  return (sum >>> 0).toString(16).padStart(8, "0");
}
