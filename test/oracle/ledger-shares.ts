import { handOut } from "./ledger.ts";

/** Money and time of one feature in one pool on one day. @param state place in LEDGER_STATES */
export type OracleCell = {
  readonly featureId: number;
  readonly state: number;
  readonly ms: number;
  readonly micro: bigint;
};

export type OracleShares = {
  /** What each feature bears: "direct" for its own, or the reason why nobody used it. */
  readonly borne: ReadonlyMap<string, bigint>; // "3 direct", "3 idle", "-1 fault"; nothing of nothing is left out
  readonly left: ReadonlyMap<string, bigint>; // "idle", "fault", "unknown"
};

const [BUSY, IDLE_HELD, STARTING, FREE, FAULT, UNKNOWN] = [0, 1, 2, 3, 4, 5] as const;

/** The rules of docs/ledger.md, one cell at a time. It shares no code with the product. */
export function sharesOracle(
  cells: readonly OracleCell[],
  basis: "allocation" | "usage",
  policy: "apart" | "spread" | "owner",
  ownerId: number | null,
): OracleShares {
  const borne = new Map<string, bigint>();
  const left = new Map<string, bigint>([
    ["idle", 0n],
    ["fault", 0n],
    ["unknown", 0n],
  ]);
  const put = (book: Map<string, bigint>, name: string, micro: bigint) => {
    if (micro !== 0n) book.set(name, (book.get(name) ?? 0n) + micro);
  };
  const isUsed = ({ state }: OracleCell) =>
    state === BUSY || (basis === "allocation" && (state === IDLE_HELD || state === STARTING));
  const unused: (OracleCell & { readonly why: string })[] = [];
  const isHeld = ({ state }: OracleCell) => state === BUSY || state === IDLE_HELD || state === STARTING;
  const whose = (cell: OracleCell) => (cell.featureId === 0 && isHeld(cell) ? -1 : cell.featureId); // by whom nobody named
  for (const cell of cells) {
    const why = cell.state === FAULT ? "fault" : cell.state === UNKNOWN ? "unknown" : "idle";
    if (!isUsed(cell)) unused.push({ ...cell, why });
    else put(borne, `${whose(cell)} direct`, cell.micro);
  }
  if (policy === "apart") for (const { why, micro } of unused) put(left, why, micro);
  if (policy === "owner")
    for (const { featureId, state, why, micro } of unused) {
      const payer = state === FAULT ? featureId : state === FREE || state === UNKNOWN ? (ownerId ?? 0) : 0;
      if (payer === 0) put(left, why, micro);
      else put(borne, `${payer} ${why}`, micro);
    }
  if (policy === "spread") {
    const users = [...new Set(cells.map(whose))].sort((a, b) => a - b);
    const used = users.map((id) =>
      cells.filter((cell) => whose(cell) === id && isUsed(cell)).reduce((sum, { ms }) => sum + BigInt(ms), 0n),
    );
    for (const why of ["idle", "fault", "unknown"]) {
      const pot = unused.filter((cell) => cell.why === why).reduce((sum, { micro }) => sum + micro, 0n);
      if (used.every((ms) => ms === 0n)) put(left, why, pot);
      else for (const [i, part] of handOut(pot, used).entries()) put(borne, `${users[i]} ${why}`, part);
    }
  }
  return { borne, left };
}
