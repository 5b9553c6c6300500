import type { ChannelSecrets } from "../../db/model/channel.ts";
import type { Box } from "./box.ts";

const PURPOSE = "channel";

export const sealChannel = (box: Box, secrets: ChannelSecrets): Uint8Array =>
  box.seal(JSON.stringify(secrets), PURPOSE);

/** @throws SealError when the key is not the one it was sealed with */
export const openChannel = (box: Box, sealed: Uint8Array): ChannelSecrets =>
  JSON.parse(box.open(sealed, PURPOSE)) as ChannelSecrets; // sealed by sealChannel, as the tag proves
