/** Where the simulated cards stand: vendors, regions, clusters, pools, nodes. All of it follows from (seed, cards). */
import type { BillingType, Place } from "../../db/model/fleet.ts";
import { CARD_TYPES, type CardType } from "./card-types.ts";
import { draw, hexDigits, keyOf, mix } from "./hash.ts";

/** What a node is used for. */
export type Role = "gang" | "serving" | "batch" | "notebook" | "spare" | "mig" | "sliced";

/** How its exporter prints: 3.x without bus id, stock 4.x, a site's own counter list, the lower-case hostname, DCGM 4.6 names. */
export type ExporterStyle = "old" | "stock" | "site" | "lower" | "renamed" | "npu";

export type SimPool = {
  readonly place: Place;
  readonly type: CardType;
  readonly nodeSize: number;
  readonly roles: readonly (readonly [Role, number])[]; // weights
  readonly share: number; // of the fleet, in cards
  readonly hot: boolean; // the on-demand side of overflow
};

export type SimNode = {
  readonly index: number;
  readonly name: string;
  readonly hostname: string; // what the exporter says; on some nodes the exporter's own pod, as without the chart's env
  readonly pool: SimPool;
  readonly size: number; // cards
  readonly firstCard: number; // index of position 0 in the fleet
  readonly key: number;
  readonly role: Role;
  readonly style: ExporterStyle;
  readonly driver: string;
  readonly lemon: boolean;
  readonly block: number; // gang nodes with the same block run the same job; -1 otherwise
  readonly blockRank: number;
};

const at = (vendor: string, region: string, zone: string, cluster: string, billing: BillingType): Place => ({
  vendor,
  region,
  zone,
  cluster,
  billing,
});

const SERVING = [
  ["serving", 0.86],
  ["batch", 0.07],
  ["spare", 0.07],
] as const;
const TRAINING = [
  ["gang", 0.88],
  ["notebook", 0.05],
  ["spare", 0.07],
] as const;
const MIXED = [
  ["serving", 0.55],
  ["notebook", 0.2],
  ["batch", 0.15],
  ["spare", 0.1],
] as const;

const T = CARD_TYPES;
const row = (
  place: Place,
  type: CardType,
  nodeSize: number,
  roles: SimPool["roles"],
  share: number,
  hot = false,
): SimPool => ({ place, type, nodeSize, roles, share, hot });

/** Shares sum to 100. Names of vendors are neutral; regions are places in the clouds' own spelling. */
export const POOLS: readonly SimPool[] = [
  row(
    at("cloud-a", "cn-hangzhou", "cn-hangzhou-h", "hz-serve-1", "monthly"),
    T.T4,
    4,
    [
      ["sliced", 0.4],
      ["serving", 0.6],
    ],
    6,
  ),
  row(at("cloud-a", "cn-hangzhou", "cn-hangzhou-h", "hz-serve-1", "on_demand"), T.L40S, 8, SERVING, 5, true),
  row(at("cloud-a", "cn-shanghai", "cn-shanghai-l", "sh-train-1", "reserved"), T.H100, 8, TRAINING, 11),
  row(at("cloud-a", "cn-shanghai", "cn-shanghai-m", "sh-train-1", "monthly"), T.A100_80, 8, TRAINING, 6.5),
  row(at("cloud-a", "cn-beijing", "cn-beijing-i", "bj-mix-1", "monthly"), T.A100_40, 8, MIXED, 6.5),
  row(at("cloud-a", "cn-beijing", "cn-beijing-k", "bj-mix-1", "on_demand"), T.A10, 2, SERVING, 3, true),
  row(at("cloud-a", "cn-shenzhen", "cn-shenzhen-f", "sz-serve-1", "monthly"), T.A10, 4, SERVING, 4.5),
  row(at("cloud-a", "cn-shenzhen", "cn-shenzhen-f", "sz-serve-1", "spot"), T.L40S, 8, SERVING, 3.5),
  row(at("cloud-b", "cn-guangzhou", "cn-guangzhou-6", "gz-serve-1", "monthly"), T.V100_32, 8, SERVING, 6),
  row(at("cloud-b", "cn-guangzhou", "cn-guangzhou-7", "gz-serve-1", "spot"), T.T4, 1, SERVING, 1.5),
  row(at("cloud-b", "cn-nanjing", "cn-nanjing-3", "nj-train-1", "reserved"), T.A800, 8, TRAINING, 10),
  row(
    at("cloud-b", "ap-singapore", "ap-singapore-2", "sg-serve-1", "monthly"),
    T.A100_80,
    8,
    [
      ["mig", 0.55],
      ["serving", 0.45],
    ],
    4.5,
  ),
  row(at("cloud-b", "ap-singapore", "ap-singapore-2", "sg-serve-1", "on_demand"), T.L40S, 4, SERVING, 2.5, true),
  row(at("cloud-b", "us-west", "us-west-1", "usw-burst-1", "on_demand"), T.H100, 8, SERVING, 3.5, true),
  row(at("cloud-b", "us-west", "us-west-1", "usw-burst-1", "spot"), T.A100_40, 8, MIXED, 2.5),
  row(at("own-dc", "cn-wulanchabu", "hall-a", "wlcb-train-1", "owned"), T.A100_80, 8, TRAINING, 8),
  row(at("own-dc", "cn-wulanchabu", "hall-b", "wlcb-train-1", "owned"), T.V100_16, 8, MIXED, 3.5),
  row(at("own-dc", "cn-guiyang", "hall-1", "gy-npu-1", "owned"), T.ASCEND_910B3, 8, TRAINING, 9),
  row(at("own-dc", "cn-guiyang", "hall-2", "gy-npu-1", "owned"), T.ASCEND_910B3, 8, SERVING, 3),
];

/**
 * The nodes of a fleet of exactly `cards` cards. A larger fleet of the same seed begins with the same nodes,
 * but for the last one, which may be short of cards.
 */
export function layNodes(seed: number, cards: number): SimNode[] {
  const nodes: SimNode[] = [];
  const taken = POOLS.map(() => 0);
  const counts = new Map<string, number>(); // by name: two halls of one region share a numbering
  const blocks = POOLS.map(() => ({ id: 0, left: 0, rank: 0 }));
  let nextBlock = 0;
  for (let first = 0; first < cards;) {
    const which = hungriest(taken, first);
    const pool = POOLS[which] as SimPool; // hungriest answers an index of POOLS
    const size = Math.min(pool.nodeSize, cards - first);
    const family = `${pool.place.region.replace(/^[a-z]+-/, "")}-${pool.type.short}-${pool.place.billing.slice(0, 2)}`;
    const number = (counts.get(family) ?? 0) + 1;
    counts.set(family, number);
    const name = `${family}${String(number).padStart(4, "0")}`;
    const key = keyOf(seed, name);
    const role = roleOf(pool, key);
    const block = blocks[which] as { id: number; left: number; rank: number };
    if (role === "gang") {
      if (block.left === 0) {
        block.id = nextBlock++;
        block.left = [1, 1, 2, 2, 4, 8][Math.floor(draw(key, 6) * 6)] ?? 1; // 8 to 64 cards
        block.rank = 0;
      } else block.rank++;
      block.left--;
    }
    nodes.push({
      index: nodes.length,
      name,
      hostname: draw(key, 7) < 0.06 ? `dcgm-exporter-${hexDigits(key, 8, 5)}` : name,
      pool,
      size,
      firstCard: first,
      key,
      role,
      style: styleOf(pool, role, key),
      driver:
        pool.type.maker === "ascend"
          ? "24.1.rc3"
          : (["535.183.06", "550.127.08", "550.127.08", "570.133.20"][Math.floor(draw(key, 5) * 4)] ?? ""),
      lemon: draw(key, 4) < 0.012, // shareOfNodes in fault-rates.json
      block: role === "gang" ? block.id : -1,
      blockRank: role === "gang" ? block.rank : 0,
    });
    taken[which] = (taken[which] ?? 0) + size;
    first += size;
  }
  return nodes;
}

/** The pool furthest below its share. */
function hungriest(taken: readonly number[], total: number): number {
  let best = 0;
  let most = -Infinity;
  for (const [i, pool] of POOLS.entries()) {
    const hunger = (pool.share / 100) * (total + 1) - (taken[i] ?? 0);
    if (hunger / pool.nodeSize > most) {
      most = hunger / pool.nodeSize;
      best = i;
    }
  }
  return best;
}

function roleOf(pool: SimPool, key: number): Role {
  let left = draw(key, 2);
  for (const [role, weight] of pool.roles) {
    left -= weight;
    if (left < 0) return role;
  }
  return "spare";
}

/** MIG and shared cards need an exporter that can tell their parts apart: never the old one. */
function styleOf(pool: SimPool, role: Role, key: number): ExporterStyle {
  if (pool.type.maker === "ascend") return "npu";
  const u = unitOf(key);
  if (role === "mig" || role === "sliced") return u < 0.8 ? "site" : "lower";
  if (u < 0.1) return "old";
  if (u < 0.34) return "stock";
  if (u < 0.84) return "site";
  return u < 0.92 ? "lower" : "renamed";
}

const unitOf = (key: number): number => draw(mix(key, 0x57), 3);
