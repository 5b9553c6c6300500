import { Suspense, lazy } from "react";
import type { EChartsCoreOption } from "echarts/core";
import { LoadingBlock } from "../parts/Loading.tsx";

const EChart = lazy(() => import("./EChart.tsx"));

/** A chart whose library is fetched when the first one is shown; its place is kept meanwhile. */
export function LazyChart(props: {
  option: EChartsCoreOption;
  label: string;
  height: number;
  onPick?: (params: unknown) => void;
}) {
  return (
    <Suspense fallback={<LoadingBlock height={props.height} />}>
      <EChart {...props} />
    </Suspense>
  );
}
