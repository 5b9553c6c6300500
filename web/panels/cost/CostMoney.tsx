import type { ReactNode } from "react";
import type { CostFilter, DayRange } from "../../../db/model/ledger-views.ts";
import type { MicroText } from "../../../db/model/money.ts";
import type { Amounts } from "../../lib/amounts.ts";
import { ProofButton } from "../proof/ProofButton.tsx";

/** Of one dimension; the API proves no sum of more (server/api/cost.router.ts). */
const MOST_VALUES = 500;

/** Money that leads to its proof. Where nothing can be behind it, or the question would be too long, it is a figure only. */
export function CostMoney(props: {
  range: DayRange;
  filter: CostFilter | null;
  micro: MicroText;
  amounts: Amounts;
  children: ReactNode;
}) {
  const { range, filter, micro, amounts } = props;
  if (filter === null || Object.values(filter).some((values) => values.length > MOST_VALUES)) return props.children;
  return (
    <ProofButton ask={{ about: "cards", question: { range, filter }, shownMicro: micro }} title={amounts.exact(micro)}>
      {props.children}
    </ProofButton>
  );
}
