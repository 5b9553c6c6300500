import type { Executor } from "../../db/database.ts";
import type { ChannelSecrets } from "../../db/model/channel.ts";
import type { Place } from "../../db/store/sealed.ts";
import type { Box } from "./box.ts";

const placeOf = (id: number): Place => ({ table: "channel", column: "sealed", row: id });

/** @param tx what writes the channel */
export const sealChannel = (box: Box, tx: Executor, id: number, secrets: ChannelSecrets): Promise<Uint8Array> =>
  box.seal(tx, JSON.stringify(secrets), placeOf(id));

/** @throws SealError when the key is not the one it was sealed with, or it was sealed for another channel */
export const openChannel = async (
  box: Box,
  { id, sealed }: { readonly id: number; readonly sealed: Uint8Array },
): Promise<ChannelSecrets> => JSON.parse(await box.open(sealed, placeOf(id))) as ChannelSecrets; // sealed by sealChannel, as the tag proves
