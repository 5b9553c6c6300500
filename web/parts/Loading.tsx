import { Loader, Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Late } from "./Late.tsx";

/** Lines where the rows of a table will stand, of the same height. */
export function LoadingRows({ rows, height = 32 }: { rows: number; height?: number }) {
  return (
    <Busy>
      {Array.from({ length: rows }, (_, i) => (
        <div key={i} className="loading-row" style={{ height }}>
          <Skeleton height={10} width={`${90 - ((i * 17) % 40)}%`} animate={false} />
        </div>
      ))}
    </Busy>
  );
}

/** A block of the final height. */
export function LoadingBlock({ height }: { height: number }) {
  return (
    <Busy>
      <Skeleton height={height} animate={false} />
    </Busy>
  );
}

function Busy({ children }: { children: React.ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className="loading" role="status" aria-label={t("panel.loading")}>
      {children}
      <Late>
        <Loader size="sm" className="loading-spinner" />
      </Late>
    </div>
  );
}
