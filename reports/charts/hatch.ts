/**
 * Diagonal lines, the sign of "not known", as an ECharts decal. Works on canvas, in SVG and in grey print.
 * Sparse where the hatch lies behind a drawing, dense where it is the drawing.
 */
export function hatch(color: string, density: "dense" | "sparse" = "dense"): Record<string, unknown> {
  const dashArrayY = density === "dense" ? [1.5, 4] : [1, 8];
  return { color, dashArrayX: [1, 0], dashArrayY, rotation: -Math.PI / 4, symbolSize: 1 };
}
