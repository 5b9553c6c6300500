import { describe, expect, test } from "vitest";
import { CARD_STATES } from "../../../db/model/fleet.ts";
import { type Scheme, STATE_INK, STATE_ORDER, STATUS_COLOURS, SURFACES } from "../../../reports/charts/theme.ts";

type Rgb = readonly [number, number, number]; // linear light, 0..1

const SCHEMES: readonly Scheme[] = ["light", "dark"];

/** Full dichromacy in linear RGB (Viénot, Brettel, Mollon 1999; tritan by Brettel's single plane). */
const SIGHT: Readonly<Record<string, readonly [Rgb, Rgb, Rgb]>> = {
  full: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.11238, 0.88762, 0],
    [0.11238, 0.88762, 0],
    [0.00401, -0.00401, 1],
  ],
  deutan: [
    [0.29275, 0.70725, 0],
    [0.29275, 0.70725, 0],
    [-0.02234, 0.02234, 1],
  ],
};

describe.each(SCHEMES)("in the %s theme", (scheme) => {
  const surface = SURFACES[scheme];
  const status = Object.entries(STATUS_COLOURS[scheme]);

  test.each(status)("the mark of %s stands out from page and raised surface by 3:1", (_name, colour) => {
    expect(contrast(colour, surface.page)).toBeGreaterThanOrEqual(3);
    expect(contrast(colour, surface.raised)).toBeGreaterThanOrEqual(3);
  });

  test.each(["text", "muted", "accent"] as const)("%s can be read on page and raised surface (4.5:1)", (name) => {
    expect(contrast(surface[name], surface.page)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(surface[name], surface.raised)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(Object.keys(SIGHT))("any two statuses differ to %s sight (ΔE2000 ≥ 15)", (sight) => {
    const labs = status.map(([, colour]) => lab(see(linear(colour), sight)));
    for (const [i, a] of labs.entries())
      for (const b of labs.slice(i + 1)) expect(deltaE(a, b)).toBeGreaterThanOrEqual(15);
  });
});

test("no two states look alike: each has its own shape or its own fill", () => {
  const looks = CARD_STATES.map(
    (state) => `${STATE_INK[state].status} ${STATE_INK[state].fill} ${STATE_INK[state].shape}`,
  );
  expect(new Set(looks).size).toBe(CARD_STATES.length);
  expect([...STATE_ORDER].toSorted()).toEqual([...CARD_STATES].toSorted());
});

function linear(hex: string): Rgb {
  const part = (at: number) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return [part(1), part(3), part(5)];
}

function contrast(a: string, b: string): number {
  const light = ([r, g, bl]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * bl;
  const [hi, lo] = [light(linear(a)), light(linear(b))].toSorted((x, y) => y - x) as [number, number];
  return (hi + 0.05) / (lo + 0.05);
}

function see(rgb: Rgb, sight: string): Rgb {
  const rows = SIGHT[sight]!;
  const dot = (row: Rgb) => Math.min(1, Math.max(0, row[0] * rgb[0] + row[1] * rgb[1] + row[2] * rgb[2]));
  return [dot(rows[0]), dot(rows[1]), dot(rows[2])];
}

type Lab = readonly [number, number, number];

function lab([r, g, b]: Rgb): Lab {
  const f = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** CIEDE2000 (Sharma, Wu, Dalal 2005). */
function deltaE([l1, a1, b1]: Lab, [l2, a2, b2]: Lab): number {
  const deg = (rad: number) => ((rad * 180) / Math.PI + 360) % 360;
  const rad = (d: number) => (d * Math.PI) / 180;
  const cBar7 = ((Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2) ** 7;
  const g = 0.5 * (1 - Math.sqrt(cBar7 / (cBar7 + 25 ** 7)));
  const [p1, p2] = [a1 * (1 + g), a2 * (1 + g)];
  const [c1, c2] = [Math.hypot(p1, b1), Math.hypot(p2, b2)];
  const [h1, h2] = [deg(Math.atan2(b1, p1)), deg(Math.atan2(b2, p2))];
  const far = Math.abs(h1 - h2) > 180;
  const dh = c1 * c2 === 0 ? 0 : far ? h2 - h1 + (h2 <= h1 ? 360 : -360) : h2 - h1;
  const dH = 2 * Math.sqrt(c1 * c2) * Math.sin(rad(dh / 2));
  const [lBar, cBar] = [(l1 + l2) / 2, (c1 + c2) / 2];
  const hBar = c1 * c2 === 0 ? h1 + h2 : far ? (h1 + h2 + (h1 + h2 < 360 ? 360 : -360)) / 2 : (h1 + h2) / 2;
  const t =
    1 -
    0.17 * Math.cos(rad(hBar - 30)) +
    0.24 * Math.cos(rad(2 * hBar)) +
    0.32 * Math.cos(rad(3 * hBar + 6)) -
    0.2 * Math.cos(rad(4 * hBar - 63));
  const sl = 1 + (0.015 * (lBar - 50) ** 2) / Math.sqrt(20 + (lBar - 50) ** 2);
  const [sc, sh] = [1 + 0.045 * cBar, 1 + 0.015 * cBar * t];
  const rc = 2 * Math.sqrt(cBar ** 7 / (cBar ** 7 + 25 ** 7));
  const rt = -Math.sin(rad(60 * Math.exp(-(((hBar - 275) / 25) ** 2)))) * rc;
  const [x, y, z] = [(l2 - l1) / sl, (c2 - c1) / sc, dH / sh];
  return Math.sqrt(x * x + y * y + z * z + rt * y * z);
}
