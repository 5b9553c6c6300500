import { useComputedColorScheme } from "@mantine/core";
import { useMemo } from "react";
import { type ChartTheme, chartTheme } from "../../reports/charts/theme.ts";

const FONT = `Inter, "Noto Sans SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif`;

export function useChartTheme(): ChartTheme {
  const scheme = useComputedColorScheme("light"); // never "auto"
  return useMemo(() => chartTheme(scheme, FONT), [scheme]);
}
