import type { Actor } from "../../../db/model/access.ts";
import { withoutMoney } from "./hide-money.ts";

/** What of an answer somebody is let see. Use-cases take it as a parameter: nobody's sight is the whole by default. */
export type Sight = {
  readonly money: boolean; // prices, costs, margins
  readonly contracts: boolean; // numbers of contracts: of whoever reads prices or writes the inventory
  readonly teams: readonly string[] | null; // whose work; null = everybody's
};

/** Everything: for jobs and commands of this machine, which answer nobody but themselves. */
export const WHOLE_SIGHT: Sight = { money: true, contracts: true, teams: null };

export const sightOf = ({ permissions, teams }: Pick<Actor, "permissions" | "teams">): Sight => ({
  money: permissions.has("money.see"),
  contracts: permissions.has("money.see") || permissions.has("inventory.write"),
  teams,
});

/** The answer as this sight has it. What is hidden of money is null, of contracts nothing. */
export function shownTo<T>({ money, contracts }: Sight, answer: T): T {
  const priced = money ? answer : withoutMoney(answer);
  return contracts ? priced : (withoutContracts(priced) as T);
}

function withoutContracts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutContracts);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => {
      if (key === "contract") return [key, ""];
      return [key, key === "contracts" ? [] : withoutContracts(one)];
    }),
  );
}
