/** Faults placed by hand, so that a demo always has something to look at in its last two days. */
import type { StagedFault } from "./faults.ts";
import { mix } from "./hash.ts";
import type { SimNode } from "./layout.ts";

const MINUTE = 60_000;
const HOUR = 3_600_000;

type Scene = Omit<StagedFault, "at" | "until" | "position"> & {
  readonly fromMs: number; // before the start of the show
  readonly forMs: number;
  readonly suits: (node: SimNode) => boolean;
};

const nvidia = (n: SimNode): boolean => n.pool.type.maker === "nvidia" && n.size >= 4 && n.style !== "old";
const remaps = (n: SimNode): boolean =>
  nvidia(n) && n.pool.type.rowRemap && (n.style === "site" || n.style === "lower");
const npu = (n: SimNode): boolean => n.pool.type.maker === "ascend";
const any = (n: SimNode): boolean => n.size >= 2;

const SCENES: readonly Scene[] = [
  { id: "gpu-hard-other", action: "replace", code: 79, fromMs: 3 * HOUR, forMs: 60 * HOUR, suits: nvidia }, // gone now
  { id: "gpu-hard-other", action: "reset", code: 79, fromMs: 20 * HOUR, forMs: 25 * MINUTE, suits: nvidia }, // gone and back
  { id: "gpu-hard-other", action: "replace", code: 79, fromMs: 44 * HOUR, forMs: 34 * HOUR, suits: nvidia }, // a new card in its place
  { id: "gpu-hard-other", action: "reboot", code: 62, fromMs: 27 * HOUR, forMs: 50 * MINUTE, suits: nvidia },
  { id: "gpu-memory-uncorrectable", action: "reset", code: 63, fromMs: 5 * HOUR, forMs: 20 * HOUR, suits: remaps }, // remap pending now
  { id: "gpu-memory-uncorrectable", action: "replace", code: 64, fromMs: 9 * HOUR, forMs: 90 * HOUR, suits: remaps },
  { id: "thermal-or-power", action: "none", code: 0, fromMs: 90 * MINUTE, forMs: 5 * HOUR, suits: remaps },
  { id: "ecc-correctable-burst", action: "none", code: 92, fromMs: 7 * HOUR, forMs: 0, suits: remaps },
  {
    id: "nvlink",
    action: "none",
    code: 74,
    fromMs: 13 * HOUR,
    forMs: 0,
    suits: (n) => nvidia(n) && n.pool.type.nvlinkMbps > 0,
  },
  { id: "app-xid", action: "none", code: 31, fromMs: 2 * HOUR, forMs: 0, suits: nvidia },
  { id: "app-xid", action: "none", code: 43, fromMs: 11 * HOUR, forMs: 0, suits: nvidia },
  { id: "gpu-memory-uncorrectable", action: "reset", code: 0x80e01801, fromMs: 4 * HOUR, forMs: 12 * HOUR, suits: npu },
  { id: "network-port-or-cable", action: "none", code: 0x81078603, fromMs: 50 * MINUTE, forMs: 4 * HOUR, suits: npu },
  { id: "exporter-down", action: "none", code: 0, fromMs: 12 * MINUTE, forMs: 3 * HOUR, suits: any }, // silent now
  { id: "exporter-down", action: "none", code: 0, fromMs: 11 * HOUR, forMs: 38 * MINUTE, suits: any },
  { id: "host-other", action: "reboot", code: 0, fromMs: 30 * HOUR, forMs: 95 * MINUTE, suits: any },
];

const WHOLE_NODE = new Set(["exporter-down", "host-other"]);

/**
 * Which faults stand on which node when the show starts at `startMs`: by node index. One scene a node, and none at all
 * on a fleet so small that they would be most of it.
 */
export function stageFaults(
  seed: number,
  nodes: readonly SimNode[],
  startMs: number,
): ReadonlyMap<number, readonly StagedFault[]> {
  const staged = new Map<number, readonly StagedFault[]>();
  if (nodes.length < 2 * SCENES.length) return staged;
  for (const [i, scene] of SCENES.entries()) {
    const suited = nodes.filter((node) => scene.suits(node) && !staged.has(node.index));
    if (suited.length === 0) continue;
    const node = suited[mix(seed, 5_000 + i) % suited.length] as SimNode; // not empty
    const at = Math.floor(startMs / MINUTE) * MINUTE - scene.fromMs + (mix(seed, i) % 50_000);
    const position = WHOLE_NODE.has(scene.id) ? -1 : mix(seed, 6_000 + i) % node.size;
    staged.set(node.index, [
      { id: scene.id, action: scene.action, code: scene.code, position, at, until: at + scene.forMs },
    ]);
  }
  return staged;
}
