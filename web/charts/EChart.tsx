import { BarChart, CustomChart, LineChart, TreemapChart } from "echarts/charts";
import { AriaComponent, AxisPointerComponent, GridComponent, TooltipComponent } from "echarts/components";
import { type EChartsCoreOption, type EChartsType, init, use as register } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";

register([
  BarChart,
  CustomChart,
  LineChart,
  TreemapChart,
  AriaComponent,
  AxisPointerComponent,
  GridComponent,
  TooltipComponent,
  CanvasRenderer,
]);

/** The only holder of a chart instance. `label` is what a reader without sight is told; the option brings its own colours. */
export default function EChart(props: {
  option: EChartsCoreOption;
  label: string;
  height: number;
  onPick?: (params: unknown) => void; // what was clicked, as ECharts says it
}) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);

  useEffect(() => {
    if (box.current === null) return;
    const made = init(box.current, null, { renderer: "canvas" });
    chart.current = made;
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(box.current);
    return () => {
      observer.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    chart.current?.setOption(props.option, { notMerge: true });
  }, [props.option]);

  const { onPick } = props;
  useEffect(() => {
    const made = chart.current;
    if (made === null || onPick === undefined) return;
    made.on("click", onPick);
    return () => void made.off("click", onPick);
  }, [onPick]);

  return <div ref={box} role="img" aria-label={props.label} className="chart" style={{ height: props.height }} />;
}
