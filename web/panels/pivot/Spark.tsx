const WIDTH = 84;
const HEIGHT = 20;

/** The last hours as a line from 0 to 100 %; an hour nobody spoke for breaks it. Its figures stand in the columns beside it. */
export function Spark({ values }: { values: readonly (number | null)[] }) {
  if (!values.some((value) => value !== null)) return null;
  const step = WIDTH / Math.max(1, values.length - 1);
  const y = (value: number): number => HEIGHT - 2 - Math.min(1, Math.max(0, value)) * (HEIGHT - 4);
  let path = "";
  let isDown = false;
  values.forEach((value, i) => {
    if (value === null) isDown = false;
    else {
      const before = values[i - 1] ?? null;
      const after = values[i + 1] ?? null;
      const x = i * step;
      if (before === null && after === null) path += `M${x.toFixed(1)} ${y(value).toFixed(1)}h2`;
      else path += `${isDown ? "L" : "M"}${x.toFixed(1)} ${y(value).toFixed(1)}`;
      isDown = true;
    }
  });
  return (
    <svg className="spark" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden>
      <path d={`M0 ${HEIGHT - 2}H${WIDTH}`} className="spark-ground" />
      <path d={path} className="spark-line" />
    </svg>
  );
}
