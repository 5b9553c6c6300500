import type { ReactNode } from "react";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";

/** A page that is one question: its skeleton, its failure, its answer. */
export function Asked<T>(props: {
  what: string;
  query: {
    readonly data: T | undefined;
    readonly error: unknown;
    readonly isFetching: boolean;
    readonly isPending: boolean;
    readonly refetch: () => Promise<unknown>;
  };
  children: (data: T) => ReactNode;
}) {
  const { query } = props;
  return (
    <div className="patrol-desk">
      {query.error !== null && (
        <PanelError
          what={props.what}
          wholePage
          error={query.error}
          kept={query.data !== undefined}
          busy={query.isFetching}
          onRetry={() => void query.refetch()}
        />
      )}
      {query.isPending && <LoadingRows rows={12} height={44} />}
      {query.data !== undefined && props.children(query.data)}
    </div>
  );
}
