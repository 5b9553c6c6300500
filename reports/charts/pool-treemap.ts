import type { EChartsCoreOption } from "echarts/core";
import type { BoardPool } from "../../db/model/board-views.ts";
import { encodeHtml } from "./encode-html.ts";
import { hatch } from "./hatch.ts";
import { rampColour, textOn } from "./ramp.ts";
import { type ChartTheme, SURFACES } from "./theme.ts";
import { TIER_INKS } from "./tier-inks.ts";

/** From the outside in. A pool is what is left below its model. */
export const MAP_LEVELS = ["vendor", "region", "model"] as const;
export type MapLevel = (typeof MAP_LEVELS)[number];

export type MapLook = {
  readonly size: "cards" | "cost";
  readonly colour: "tier" | "utilisation" | "waste";
  /** Levels narrowed to one value already: their frames would say what the breadcrumb says. */
  readonly narrowed: number;
};

/** The words and formats of one reader; a builder knows no language and no zone. */
export type MapWords = {
  readonly name: (level: MapLevel, value: string) => string; // "not said" for ""
  readonly pool: (pool: BoardPool) => string; // what tells it from others of its model
  readonly figure: (pool: BoardPool) => string; // short, stands in the area
  readonly lines: (pool: BoardPool) => readonly (readonly [name: string, value: string])[];
  readonly summary: string; // what a reader who sees no chart is told
};

/** What an area stands for. `path` holds the values from the vendor down; `poolId` is there where it is one pool. */
export type MapArea = { readonly path: readonly string[]; readonly poolId: number | null };

type Node = MapArea & {
  readonly name: string;
  readonly value: number;
  readonly children?: readonly Node[];
  readonly [style: string]: unknown;
};

/** The share of a day's cost that went into cards nobody used; null where nothing was priced. */
export function wasteShare({ money }: Pick<BoardPool, "money">): number | null {
  const cost = Number(money.costMicro); // a share for the eye: a float will do
  return cost === 0 ? null : Number(money.idleMicro) / cost;
}

/** How much of the map a pool takes: its cards, or its cost of a day in whole currency units. 0 = it is not drawn. */
export function sizeOf(pool: BoardPool, size: MapLook["size"]): number {
  return size === "cards" ? pool.cardCounts.delivered : Number(pool.money.costMicro) / 1e6;
}

/**
 * Pools as areas in frames of vendor and region. Colour and figure say the same; hatched = not known.
 * Pools without size are left out: the panel says how many and why.
 */
export function poolTreemapOption(
  pools: readonly BoardPool[],
  look: MapLook,
  words: MapWords,
  theme: ChartTheme,
): EChartsCoreOption {
  const sized = pools.filter((pool) => sizeOf(pool, look.size) > 0);
  const byId = new Map(pools.map((pool) => [pool.id, pool]));
  return {
    animation: false,
    textStyle: { fontFamily: theme.font, color: theme.text },
    aria: { enabled: true, label: { description: words.summary } },
    tooltip: {
      confine: true,
      className: "chart-tip",
      formatter: (params: unknown) => tip(areaOf(params), byId, words),
    },
    series: [
      {
        type: "treemap",
        left: 0,
        right: 0,
        top: 0,
        bottom: 0,
        roam: false,
        nodeClick: false, // the panel narrows the board instead
        breadcrumb: { show: false },
        squareRatio: 0.9,
        visibleMin: 0,
        childrenVisibleMin: 0,
        itemStyle: { borderColor: theme.page, borderWidth: 1, gapWidth: 1 },
        label: { fontSize: 11, lineHeight: 14, overflow: "truncate", padding: [3, 2] },
        emphasis: { itemStyle: { borderColor: theme.reading, borderWidth: 2 } },
        data: nodesOf(sized, 0, [], look, words, theme),
      },
    ],
  };
}

/** What was clicked or pointed at; null where it is no area. */
export function areaOf(params: unknown): MapArea | null {
  if (typeof params !== "object" || params === null || !("data" in params)) return null;
  const { data } = params;
  if (typeof data !== "object" || data === null || !("path" in data) || !("poolId" in data)) return null;
  return data as MapArea;
}

function nodesOf(
  pools: readonly BoardPool[],
  depth: number,
  above: readonly string[],
  look: MapLook,
  words: MapWords,
  theme: ChartTheme,
): Node[] {
  const level = MAP_LEVELS[depth];
  if (level === undefined) return pools.map((pool) => leaf(pool, above, depth, look, words, theme));
  const members = new Map<string, BoardPool[]>();
  for (const pool of pools) members.set(pool[level], [...(members.get(pool[level]) ?? []), pool]);
  return [...members].flatMap(([value, own]) => {
    const path = [...above, value];
    const [only] = own;
    if (own.length === 1 && only !== undefined && level !== "vendor")
      return [leaf(only, [...above, ...MAP_LEVELS.slice(depth).map((l) => only[l])], depth, look, words, theme)];
    const children = nodesOf(own, depth + 1, path, look, words, theme);
    if (depth < look.narrowed) return children;
    return [frame(words.name(level, value), path, children, level, theme)];
  });
}

function frame(
  name: string,
  path: readonly string[],
  children: readonly Node[],
  level: MapLevel,
  theme: ChartTheme,
): Node {
  const hasName = level !== "model"; // its areas say the model themselves
  const text = drawable(name);
  return {
    name: text,
    value: children.reduce((sum, child) => sum + child.value, 0),
    path,
    poolId: null,
    children,
    itemStyle: {
      color: theme.page,
      borderColor: hasName ? SURFACES[theme.scheme].raised : theme.page, // also the ground of its name
      borderWidth: hasName ? 2 : 0,
      gapWidth: level === "vendor" ? 2 : 1,
    },
    upperLabel: {
      show: hasName,
      height: 20,
      color: theme.text,
      fontSize: 12,
      fontWeight: level === "vendor" ? 600 : 400,
      overflow: "truncate",
      padding: [0, 4],
      formatter: () => text,
    },
    emphasis: { upperLabel: { show: hasName, color: theme.reading }, itemStyle: { borderColor: theme.reading } },
  };
}

function leaf(
  pool: BoardPool,
  path: readonly string[],
  depth: number, // of the level it stands in for
  look: MapLook,
  words: MapWords,
  theme: ChartTheme,
): Node {
  const fill = fillOf(pool, look.colour, theme);
  const color = fill === null ? theme.text : textOn(fill);
  const isModelKnown = look.narrowed >= MAP_LEVELS.length;
  const name = drawable(isModelKnown ? words.pool(pool) : words.name("model", pool.model));
  const isOneOfModel = depth >= MAP_LEVELS.length && !isModelKnown; // more of this model stand in its region
  const isOneOfRegion = depth === 1 && look.narrowed < 2; // no frame says the region
  const place = isOneOfModel
    ? `\n${words.pool(pool)}`
    : isOneOfRegion
      ? `\n${drawable(words.name("region", pool.region))}`
      : "";
  return {
    name,
    value: sizeOf(pool, look.size),
    path,
    poolId: pool.id,
    itemStyle: {
      color: fill ?? theme.page,
      ...(fill === null && { decal: hatch(theme.state.unknown, "sparse"), borderColor: theme.line }),
    },
    label: {
      color,
      ...(fill === null && { backgroundColor: theme.page }),
      formatter: () => `${name}\n${words.figure(pool)}${place}`,
    },
    emphasis: { label: { color } },
  };
}

/**
 * Names as the renderer may be given them. It keeps the widths of texts, and of their beginnings when it cuts them, by text in
 * a plain object, and takes what every object has by birth for an entry of its own: to measure "__proto__" writes into
 * Object.prototype of the whole page. Behind a space of no width no beginning of a name is such a key.
 */
const drawable = (text: string): string => (BORN.some((key) => text.startsWith(key)) ? `\u200B${text}` : text);
const BORN = Object.getOwnPropertyNames(Object.prototype);

/** null = not known: hatched. */
function fillOf(pool: BoardPool, colour: MapLook["colour"], theme: ChartTheme): string | null {
  switch (colour) {
    case "tier":
      return TIER_INKS[theme.scheme][pool.tier.tier].fill;
    case "utilisation":
      return pool.day.meanRatio === null ? null : rampColour("utilisation", theme.scheme, pool.day.meanRatio);
    case "waste": {
      const share = wasteShare(pool);
      return share === null ? null : rampColour("waste", theme.scheme, share);
    }
  }
}

function tip(area: MapArea | null, pools: ReadonlyMap<number, BoardPool>, words: MapWords): string {
  if (area === null) return "";
  const names = area.path.map((value, i) => {
    const level = MAP_LEVELS[i];
    return level === undefined ? value : words.name(level, value);
  });
  const pool = area.poolId === null ? undefined : pools.get(area.poolId);
  const head = `<b>${encodeHtml([...names, ...(pool === undefined ? [] : [words.pool(pool)])].join(" / "))}</b>`;
  if (pool === undefined) return head;
  const rows = words
    .lines(pool)
    .map(([name, value]) => `<tr><th>${encodeHtml(name)}</th><td>${encodeHtml(value)}</td></tr>`);
  return `${head}<table>${rows.join("")}</table>`;
}
