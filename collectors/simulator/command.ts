/** Faults on command: what somebody at a terminal asks the simulated fleet to suffer, from now on for some minutes. */
import type { Fleet } from "./fleet.ts";
import type { SimNode } from "./layout.ts";

const MINUTE = 60_000;

export const COMMANDED = [
  "drop", // a card falls off the bus: XID 79, then it is gone
  "ecc", // a double-bit error: XID 48, a row remap
  "thermal", // a card runs hot and is throttled
  "nvlink", // link errors: XID 74
  "hang", // the cards of a training job stand at 100 % and compute nothing
  "exporter-loss", // a node's exporter falls silent
  "node-loss",
  "cluster-loss",
  "region-loss",
] as const;
export type CommandedKind = (typeof COMMANDED)[number];

export type FaultCommand = {
  readonly kind: CommandedKind;
  readonly node: string; // "" = the first that suits
  readonly position: number | null; // of the card on its node; null = the first
  readonly place: string; // cluster or region; "" = that of the first node that suits
  readonly minutes: number;
};

/** What happened, for the person who asked. */
export type Struck = { readonly nodes: readonly string[]; readonly cards: readonly string[]; readonly until: number };

const NVIDIA_DROP = 79;
const ASCEND_DROP = 0x40f84e00;

/**
 * Makes it happen at `now`.
 * @throws RangeError naming what there is none of, with examples of what there is
 */
export function strike(fleet: Fleet, command: FaultCommand, now: number): Struck {
  const until = now + command.minutes * MINUTE;
  switch (command.kind) {
    case "drop":
    case "ecc":
    case "thermal":
    case "nvlink":
      return strikeCard(fleet, command, now, until);
    case "hang":
      return hang(fleet, command, now, until);
    default:
      return strikeNodes(fleet, command, now, until);
  }
}

function strikeCard(fleet: Fleet, command: FaultCommand, at: number, until: number): Struck {
  const node = nodeFor(fleet, command, suitsOf(command.kind));
  const position = command.position ?? 0;
  const { fate, cards } = fleet.host(node);
  const card = cards[position];
  if (card === undefined)
    throw new RangeError(`node ${node.name} has no card ${position}; it has cards 0 to ${node.size - 1}`);
  fate.extendTo(at);
  card.fate.seek(at);
  const isNpu = node.pool.type.maker === "ascend";
  const common = { position, at, until } as const;
  if (command.kind === "drop")
    fate.strike({ ...common, id: "gpu-hard-other", action: "reset", code: isNpu ? ASCEND_DROP : NVIDIA_DROP });
  else if (command.kind === "ecc")
    fate.strike({ ...common, id: "gpu-memory-uncorrectable", action: "reset", code: 48 });
  else if (command.kind === "thermal") fate.strike({ ...common, id: "thermal-or-power", action: "none", code: 0 });
  else fate.strike({ ...common, id: "nvlink", action: "none", code: 74, until: at });
  return { nodes: [node.name], cards: [card.uuid()], until };
}

const suitsOf = (kind: CommandedKind) => (node: SimNode) => {
  const { type } = node.pool;
  if (kind === "ecc")
    return type.maker === "nvidia" && type.rowRemap && (node.style === "site" || node.style === "lower");
  if (kind === "nvlink") return type.maker === "nvidia" && type.nvlinkMbps > 0;
  return type.maker === "nvidia" && node.size >= 2 && node.style !== "old";
};

/** All cards of the job on the node, and of its fellow nodes. */
function hang(fleet: Fleet, command: FaultCommand, at: number, until: number): Struck {
  const first = nodeFor(fleet, command, (node) => node.role === "gang" && isWorking(fleet, node, at));
  if (first.role !== "gang")
    throw new RangeError(`node ${first.name} runs no training job; leave --node out to take one that does`);
  const nodes = fleet.nodes.filter((node) => node === first || (node.block >= 0 && node.block === first.block));
  const cards = nodes.flatMap((node) => {
    const host = fleet.host(node);
    host.fate.extendTo(at);
    return host.cards.map((card) => {
      host.fate.hang(card.position, at, until);
      card.fate.seek(at);
      return card.uuid();
    });
  });
  return { nodes: nodes.map(({ name }) => name), cards, until };
}

/** Whether the job on a node computes just now: a gang between two jobs has nothing to hang. */
function isWorking(fleet: Fleet, node: SimNode, at: number): boolean {
  const lane = fleet.host(node).cards[0]?.lanes[0];
  lane?.seek(at);
  return lane !== undefined && lane.tenantAt(at) !== null && lane.busyAt(at);
}

function strikeNodes(fleet: Fleet, command: FaultCommand, at: number, until: number): Struck {
  const nodes = nodesFor(fleet, command);
  const id = command.kind === "exporter-loss" ? "exporter-down" : "host-other";
  for (const node of nodes) {
    const { fate } = fleet.host(node);
    fate.extendTo(at);
    fate.strike({ id, position: -1, at, until, action: id === "host-other" ? "reboot" : "none", code: 0 });
  }
  return { nodes: nodes.map(({ name }) => name), cards: [], until };
}

function nodesFor(fleet: Fleet, command: FaultCommand): readonly SimNode[] {
  if (command.kind === "exporter-loss" || command.kind === "node-loss")
    return [nodeFor(fleet, command, (node) => node.size >= 2)];
  const part = command.kind === "region-loss" ? "region" : "cluster";
  const places = [...new Set(fleet.nodes.map((node) => node.pool.place[part]))];
  const wanted = command.place === "" ? places[0] : command.place;
  const nodes = fleet.nodes.filter((node) => node.pool.place[part] === wanted);
  if (nodes.length === 0) throw new RangeError(`no ${part} ${wanted}; there are ${places.slice(0, 10).join(", ")}`);
  return nodes;
}

function nodeFor(fleet: Fleet, { node: name, kind }: FaultCommand, suits: (node: SimNode) => boolean): SimNode {
  if (name !== "") {
    const named = fleet.nodes.find((node) => node.name === name);
    if (named !== undefined) return named;
    const some = fleet.nodes.slice(0, 5).map((node) => node.name);
    throw new RangeError(`no node ${name}; there are ${some.join(", ")} and more`);
  }
  const found = fleet.nodes.find(suits);
  if (found === undefined)
    throw new RangeError(`no node of this fleet can suffer ${kind}; try more cards, or another --seed`);
  return found;
}

/** A command as its address says it. @throws RangeError naming the part that cannot be read */
export function readCommand(asked: URLSearchParams): FaultCommand {
  const said = asked.get("kind") ?? "";
  const kind = COMMANDED.find((known) => known === said);
  if (kind === undefined) throw new RangeError(`no fault "${said}"; there are ${COMMANDED.join(", ")}`);
  const minutes = Number(asked.get("minutes") ?? "10");
  if (!(minutes > 0 && minutes <= 1_440)) throw new RangeError("minutes must be above 0 and at most 1440");
  const position = asked.get("card");
  if (position !== null && !/^\d{1,3}$/.test(position))
    throw new RangeError(`card "${position}" is not a place on its node, like 0 or 7`);
  return {
    kind,
    node: asked.get("node") ?? "",
    position: position === null ? null : Number(position),
    place: asked.get("place") ?? "",
    minutes,
  };
}
