/** Diagonal lines, the sign of "not known", as an ECharts decal. Works on canvas, in SVG and in grey print. */
export function hatch(color: string): Record<string, unknown> {
  return { color, dashArrayX: [1, 0], dashArrayY: [1.5, 4], rotation: -Math.PI / 4, symbolSize: 1 };
}
