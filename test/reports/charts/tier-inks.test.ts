import { describe, expect, test } from "vitest";
import { TIERS } from "../../../db/model/tier.ts";
import { type Scheme, SURFACES } from "../../../reports/charts/theme.ts";
import { TIER_INKS } from "../../../reports/charts/tier-inks.ts";

const SCHEMES: readonly Scheme[] = ["light", "dark"];

describe.each(SCHEMES)("in the %s theme", (scheme) => {
  const inks = TIERS.map((tier) => TIER_INKS[scheme][tier]);

  test.each(TIERS)("the area of P%i stands out from page and raised surface by 3:1", (tier) => {
    const { fill } = TIER_INKS[scheme][tier];
    expect(contrast(fill, SURFACES[scheme].page)).toBeGreaterThanOrEqual(3);
    expect(contrast(fill, SURFACES[scheme].raised)).toBeGreaterThanOrEqual(3);
  });

  test.each(TIERS)("the label of P%i can be read on its area (4.5:1)", (tier) => {
    const { fill, text } = TIER_INKS[scheme][tier];
    expect(contrast(fill, text)).toBeGreaterThanOrEqual(4.5);
  });

  test("tiers go from dark to light, each step plain to see (1.4:1)", () => {
    for (const [i, ink] of inks.slice(1).entries()) {
      expect(luminance(ink.fill)).toBeGreaterThan(luminance(inks[i]!.fill));
      expect(contrast(ink.fill, inks[i]!.fill)).toBeGreaterThanOrEqual(1.4);
    }
  });

  test("tiers are one hue: they differ by at most 10°", () => {
    const hues = inks.map(({ fill }) => hue(fill));
    expect(Math.max(...hues) - Math.min(...hues)).toBeLessThanOrEqual(10);
  });
});

const channels = (hex: string): number[] => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);

function luminance(hex: string): number {
  const [r, g, b] = channels(hex).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(a: string, b: string): number {
  const [hi, lo] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (hi! + 0.05) / (lo! + 0.05);
}

/** Degrees of HSL; for the blues and violets, where blue is the largest channel. */
function hue(hex: string): number {
  const [r, g, b] = channels(hex);
  return 240 + (60 * (r! - g!)) / (b! - Math.min(r!, g!));
}
