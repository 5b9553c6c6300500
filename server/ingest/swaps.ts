import type { IsThere } from "../../db/store/position.ts";
import type { CardFrame } from "../../db/model/frame.ts";

/**
 * Who is still there after another card came to its position: a card that a frame of the round names after that instant,
 * or that an exporter other than the newcomer's still speaks for. Two hosts that call themselves alike are told apart so.
 *
 * @param ascending frames of the round, oldest first
 * @param isHeard whether an origin other than the given one speaks for a card at an instant
 */
export function stillThere(
  ascending: readonly CardFrame[],
  isHeard: (uuid: string, exceptOrigin: string, at: number) => boolean,
): IsThere {
  let last: Map<string, CardFrame> | null = null; // made when first asked: hardly any round has a swap
  return (uuid, came, at) => {
    last ??= new Map(ascending.flatMap((frame) => frame.cards.map((card) => [card.uuid, frame] as const)));
    if ((last.get(uuid)?.at ?? -Infinity) >= at) return true;
    return isHeard(uuid, last.get(came)?.origin ?? "", at);
  };
}
