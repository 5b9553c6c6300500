import { makeTarget, type Target, type TargetDefaults, withoutDuplicates } from "./target.ts";

/** Something wrong with a list; `path` leads to it from the root: `[3].targets[0]`. */
export type GroupFault = { readonly path: readonly (string | number)[]; readonly message: string };

export type GroupReading =
  | { readonly ok: true; readonly targets: readonly Target[] }
  | { readonly ok: false; readonly faults: readonly GroupFault[] };

/** More than this is not a list of targets any more; it also bounds what a hostile http_sd can make us do. */
const MOST_TARGETS = 100_000;
const MOST_FAULTS = 20;

/**
 * Reads `[{"targets": ["host:port"], "labels": {"k": "v"}}]`, the form of file_sd and http_sd, out of parsed JSON or
 * YAML (objects or Maps). One fault refuses the whole list: half a list would look like half a fleet gone.
 */
export function readTargetGroups(
  value: unknown,
  extra: ReadonlyMap<string, string>,
  defaults: TargetDefaults,
): GroupReading {
  if (!Array.isArray(value)) return refuse([], `must be a list of groups, is ${kindOf(value)}`);
  const faults: GroupFault[] = [];
  const targets: Target[] = [];
  for (const [i, group] of value.entries()) {
    const fields = entriesOf(group);
    if (!fields) {
      faults.push({ path: [i], message: `must be a group {targets, labels}, is ${kindOf(group)}` });
      continue;
    }
    const labels = readLabels(fields.get("labels"), [i, "labels"], faults);
    for (const [name, text] of extra) labels.set(name, text);
    readAddresses(fields.get("targets"), [i, "targets"], faults, (address) => {
      targets.push(makeTarget(address, labels, defaults));
    });
    if (targets.length > MOST_TARGETS) return refuse([i], `more than ${MOST_TARGETS} targets in one list`);
    if (faults.length >= MOST_FAULTS) break;
  }
  return faults.length > 0 ? { ok: false, faults } : { ok: true, targets: withoutDuplicates(targets) };
}

/** ` [3].targets[0]`, to stand after the name of the list; "" for the root. */
export function pathText(path: GroupFault["path"]): string {
  const text = path.map((part, i) => (typeof part === "number" ? `[${part}]` : i === 0 ? part : `.${part}`)).join("");
  return text === "" ? "" : ` ${text}`;
}

function readAddresses(
  value: unknown,
  path: GroupFault["path"],
  faults: GroupFault[],
  take: (address: string) => void,
): void {
  if (!Array.isArray(value)) {
    faults.push({ path, message: `must be a list of host:port, is ${kindOf(value)}` });
    return;
  }
  for (const [i, address] of value.entries()) {
    try {
      if (typeof address !== "string") throw new RangeError(`must be text, is ${kindOf(address)}`);
      take(address);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const shown =
        typeof address === "string" && !address.includes("@") ? `${JSON.stringify(address.slice(0, 80))} ` : "";
      faults.push({ path: [...path, i], message: `${shown}${error.message}` });
    }
  }
}

function readLabels(value: unknown, path: GroupFault["path"], faults: GroupFault[]): Map<string, string> {
  const labels = new Map<string, string>();
  if (value === undefined || value === null) return labels;
  const fields = entriesOf(value);
  if (!fields) {
    faults.push({ path, message: `must be a map of labels, is ${kindOf(value)}` });
    return labels;
  }
  for (const [name, text] of fields) {
    if (typeof text === "string") labels.set(name, text);
    else faults.push({ path: [...path, name], message: `must be text, is ${kindOf(text)}` });
  }
  return labels;
}

function entriesOf(value: unknown): Map<string, unknown> | null {
  if (value instanceof Map) return value as Map<string, unknown>;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  return new Map(Object.entries(value)); // own keys only: a label may be called __proto__
}

function kindOf(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a map" : `a ${typeof value}`;
}

const refuse = (path: GroupFault["path"], message: string): GroupReading => ({
  ok: false,
  faults: [{ path, message }],
});
