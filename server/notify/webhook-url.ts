import { ChannelFault } from "./platform.ts";

/**
 * The address of a channel. Whether it may be dialled is the egress policy's business.
 * @throws ChannelFault when it is no http(s) address, or names a user: `https://feishu.cn@10.0.0.1` leads to 10.0.0.1
 */
export function webhookUrl(text: string): URL {
  const fault = webhookUrlFault(text);
  if (fault !== null) throw new ChannelFault(fault);
  return new URL(text);
}

/** Why a text is no address messages may be posted to; null = it is. The words never repeat it: it is a secret. */
export function webhookUrlFault(text: string): string | null {
  if (!URL.canParse(text)) return "the address is not a URL; write https://…";
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") return "the address must begin with https://";
  if (url.username !== "" || url.password !== "")
    return "the address has a user or password before an @; leave them out";
  if (url.hash !== "") return "the address has a # part; leave it out";
  return null;
}

/** How a secret address is shown to people: its host and the last four characters. */
export function shownAddress(text: string): string {
  if (!URL.canParse(text)) return "…";
  const url = new URL(text);
  const rest = `${url.pathname}${url.search}`;
  return rest.length < 12 ? url.host : `${url.host}/…${rest.slice(-4)}`;
}
