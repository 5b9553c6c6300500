import { createHash } from "node:crypto";
import { readCapacityList } from "../../../collectors/capacity-list.ts";
import type {
  Capacity,
  CapacityChange,
  CapacityLine,
  CapacityPreview,
  CapacityRowError,
} from "../../../db/model/inventory.ts";
import { DAY_MS } from "../../../db/model/time.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import type { Deps } from "../../context.ts";
import type { Declarations } from "./inventory-port.ts";
import { ServiceError } from "../../errors.ts";
import { matchesPool, type PoolRef } from "../../domain/inventory/declared.ts";
import { type CapacityPlan, capacityKey, endAt, isOverlap, layOver } from "../../domain/inventory/declare.ts";
import { plainSelector } from "../../domain/pricing/selectors.ts";
import { instantOf, readInstant, wallOf } from "../../domain/pricing/wall-clock.ts";

/** A file with declared numbers. `whole`: it says everything, so what it does not name ends now. */
export type CapacityFile = { readonly name: string; readonly bytes: Uint8Array; readonly whole: boolean };

type ImportDeps = Pick<Deps, "clock" | "config"> & {
  readonly inventory: Pick<Declarations, "capacity" | "declare">;
  readonly past: Pick<Deps["past"], "pools">;
};

/** What a file would change, row by row; nothing is written. */
export async function previewCapacity(deps: ImportDeps, file: CapacityFile): Promise<CapacityPreview> {
  const current = await deps.inventory.capacity(null);
  return preview(readFile(deps, file), current, await deps.past.pools(), file.whole ? deps.clock.now() : null).shown;
}

/**
 * Writes a file's numbers in one revision: all of them or, with an error in any row, none.
 * @param fingerprint of the preview the person saw; other numbers by now are refused
 * @throws ServiceError invalid
 */
export async function applyCapacity(
  deps: ImportDeps,
  file: CapacityFile & {
    readonly fingerprint: string;
    readonly who: string;
    readonly why: string;
    readonly via: string;
  },
): Promise<{ readonly changed: boolean }> {
  const list = readFile(deps, file);
  const pools = await deps.past.pools();
  const now = file.whole ? deps.clock.now() : null;
  const note = { who: file.who, why: file.why, source: file.via };
  const changed = await deps.inventory.declare(note, (current) => {
    const { shown, plan } = preview(list, current, pools, now);
    if (shown.errors.length > 0)
      throw new ServiceError("invalid", `${shown.errors.length} rows are wrong; nothing was declared`);
    if (shown.fingerprint !== file.fingerprint)
      throw new ServiceError("invalid", "somebody changed what is declared since this preview; look at it again");
    return plan;
  });
  return { changed };
}

/** A line as a person wrote it; `to` "" = open end. */
export type WrittenLine = Omit<CapacityLine, "from" | "to"> & { readonly from: string; readonly to: string };

function instantIn(text: string, zone: string): UnixMs {
  const at = readInstant(text, zone);
  if (at === null) throw new ServiceError("invalid", `${text.slice(0, 40)} is no date: write it like 2026-11-01`);
  return at;
}

/** One line by hand, or the end of one. @throws ServiceError invalid */
export async function declareLine(
  deps: Pick<Deps, "inventory" | "config">,
  { line: written, who, why }: { readonly line: WrittenLine; readonly who: string; readonly why: string },
): Promise<{ readonly changed: boolean }> {
  const zone = deps.config.current().timeZone;
  const line: CapacityLine = {
    ...written,
    selector: plainSelector(written.selector),
    from: instantIn(written.from, zone),
    to: written.to === "" ? null : instantIn(written.to, zone),
  };
  const isAny = Object.values(line.selector).every((part) => part === "");
  if (isAny && line.node === "")
    throw new ServiceError(
      "invalid",
      "say which cards: at least one of vendor, region, zone, cluster, model, billing, node",
    );
  if (line.to !== null && line.to <= line.from)
    throw new ServiceError("invalid", "the end must be after the beginning");
  const changed = await deps.inventory.declare({ who, why, source: "console" }, (current) => layOver(current, [line]));
  return { changed };
}

export async function endLine(
  deps: Pick<Deps, "inventory">,
  asked: { readonly id: number; readonly at: number; readonly who: string; readonly why: string },
): Promise<{ readonly changed: boolean }> {
  const note = { who: asked.who, why: asked.why, source: "console" };
  const changed = await deps.inventory.declare(note, (current) => {
    const line = current.find(({ id }) => id === asked.id);
    if (!line)
      throw new ServiceError("not_found", "this line is not declared any more: somebody changed it; look again");
    return endAt(current, new Set([capacityKey(line)]), asked.at);
  });
  return { changed };
}

type List = ReturnType<typeof readCapacityList>;

function readFile({ clock, config }: Pick<Deps, "clock" | "config">, { name, bytes }: CapacityFile): List {
  const zone = config.current().timeZone;
  const now = clock.now();
  const midnight = Math.floor(wallOf(now, zone) / DAY_MS) * DAY_MS;
  return readCapacityList(bytes, name, {
    instant: (text) => readInstant(text, zone),
    from: instantOf(midnight, zone), // a line without a date holds from today on
  });
}

function preview(
  { rows, lines, errors }: List,
  current: readonly Capacity[],
  pools: readonly PoolRef[],
  endsAt: number | null,
): { readonly shown: CapacityPreview; readonly plan: CapacityPlan } {
  const wanted = lines.map(({ line }) => line);
  const keys = new Set(wanted.map(capacityKey));
  const left = endsAt === null ? [] : current.filter((line) => !keys.has(capacityKey(line)) && goesOn(line, endsAt));
  const changes: CapacityChange[] = [
    ...lines.map(({ row, line }) => changeOf(row, line, current, pools)),
    ...left.map((line): CapacityChange => {
      const before = plain(line);
      return { kind: "ended", row: null, before, after: null, pools: matching(line, pools) };
    }),
  ];
  const plan = combine(
    layOver(current, wanted),
    endsAt === null ? NOTHING : endAt(left, new Set(left.map(capacityKey)), endsAt),
  );
  const shown = { rows, errors: [...errors, ...overlaps(lines)], changes, fingerprint: fingerprint(current) };
  return { shown, plan };
}

const NOTHING: CapacityPlan = { ends: [], adds: [] };
const combine = (a: CapacityPlan, b: CapacityPlan): CapacityPlan => ({
  ends: [...a.ends, ...b.ends],
  adds: [...a.adds, ...b.adds],
});
const goesOn = (line: CapacityLine, at: number): boolean => line.to === null || line.to > at;
const matching = (line: CapacityLine, pools: readonly PoolRef[]): number =>
  pools.filter((pool) => matchesPool(line.selector, pool)).length;
const plain = ({ selector, node, count, from, to, contract }: CapacityLine): CapacityLine => ({
  selector,
  node,
  count,
  from,
  to,
  contract,
});

function changeOf(
  row: number,
  line: CapacityLine,
  current: readonly Capacity[],
  pools: readonly PoolRef[],
): CapacityChange {
  const key = capacityKey(line);
  const met = current.filter((old) => capacityKey(old) === key && isOverlap(old, line));
  const same = met.some((old) => old.count === line.count && old.from === line.from && old.to === line.to);
  const [before] = met;
  const kind = same ? "same" : before ? "changed" : "added";
  return { kind, row, before: before ? plain(before) : null, after: line, pools: matching(line, pools) };
}

/** Two rows that speak of the same cards at the same time: which one is meant nobody can tell. */
function overlaps(lines: List["lines"]): CapacityRowError[] {
  const byKey = new Map<string, { row: number; line: CapacityLine }[]>();
  const errors: CapacityRowError[] = [];
  for (const one of lines) {
    const key = capacityKey(one.line);
    const others = byKey.get(key) ?? [];
    const other = others.find(({ line }) => isOverlap(line, one.line));
    if (other)
      errors.push({
        row: one.row,
        column: "",
        value: String(one.line.count),
        key: "overlap",
        expected: String(other.row),
      });
    byKey.set(key, [...others, one]);
  }
  return errors;
}

const fingerprint = (current: readonly Capacity[]): string =>
  createHash("sha256")
    .update(JSON.stringify(current.map(({ id }) => id)))
    .digest("hex")
    .slice(0, 32);
