import type { ReactNode } from "react";
import { useSeesPrices } from "../../lib/use-me.ts";

/** One line of a morning: its mark, what it is, where, since when, its money. */
export function TodayLine(props: {
  mark: ReactNode;
  what: ReactNode;
  where: ReactNode;
  when: ReactNode;
  money: ReactNode; // left out for who sees none
}) {
  const seesPrices = useSeesPrices();
  return (
    <tr>
      <td className="today-mark">{props.mark}</td>
      <th scope="row" className="today-what">
        {props.what}
      </th>
      <td className="today-where">{props.where}</td>
      <td className="num today-when">{props.when}</td>
      {seesPrices && <td className="num today-money">{props.money}</td>}
    </tr>
  );
}
